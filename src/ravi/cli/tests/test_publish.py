"""`ravi publish` as people and scripts meet it: exit codes, lines, sentences, and nothing left behind by a refusal."""

import argparse
import hashlib
import json
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import connection

from conftest import House, build_house
from ravi.accounts.models import Institution
from ravi.accounts.services import issue_access_token, record_leaver, revoke_access_token
from ravi.cli import audit as audit_command
from ravi.cli import publish as publish_door
from ravi.cli.home import Running
from ravi.cli.program import main
from ravi.cli.publish_command import publish_file
from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.delivery.models import Delivery
from ravi.directory import services as directory
from ravi.directory.services import NewChannel
from ravi.publishing.models import Post

HERE = Running("http://localhost:8000/", "", True, True, {}, {}, {})
MESSAGE = "---\ntitle: عنوان\n---\nمتن کارگاه\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "message.md"
    made.write_text(MESSAGE, encoding="utf-8")
    return made


def open_channels(house: House) -> None:
    for unit, platform, handle in (
        (house.hospital, "telegram", "omid_tg"),
        (house.hospital, "mastodon", "omid"),
        (house.headquarters, "telegram", "sample_tg"),
    ):
        new = NewChannel(unit=unit, platform=platform, adapter="sandbox", handle=handle, purpose="خبر")
        channel = directory.open_channel(new, by=None)
        if unit == house.hospital:
            directory.lend_channel(channel, by=None)


@pytest.fixture
def demo(house: House) -> House:
    """The house as a demo, with three channels that headquarters may use."""
    Institution.objects.filter(pk=house.institution.pk).update(is_demo=True)
    open_channels(house)
    return house


def run(file: Path | str, *words: str) -> int:
    """The command as typed."""
    parser = argparse.ArgumentParser()
    publish_door.add_parsers(parser.add_subparsers())
    return publish_file(parser.parse_args(["publish", str(file), *words]), HERE)


EDITOR = ("--as", "editor", "--channels", "all")
BOTH = (*EDITOR, "--approve-as", "expert")


def tomorrow() -> str:
    return (clock.now() + timedelta(days=1)).isoformat()


def test_scheduled_publication_is_ordered_and_answers_at_once(demo: House, file: Path, capsys: Any) -> None:
    assert run(file, *BOTH, "--at", tomorrow(), "--json") == 0
    out = capsys.readouterr()
    lines = [json.loads(line) for line in out.out.splitlines()]
    assert len(lines) == 3
    for line in lines:
        assert {"delivery", "channel", "platform", "state", "link", "error"} <= line.keys()
        assert (line["state"], line["link"], line["error"]) == ("pending", "", "")
    assert {line["delivery"] for line in lines} == set(Delivery.objects.values_list("pk", flat=True))
    assert {line["channel"] for line in lines} == {"omid_tg", "omid", "sample_tg"}
    assert "دمو" in out.err or "نمایشی" in out.err or "demo" in out.err


@pytest.mark.parametrize(
    ("words", "handles"),
    [
        ("telegram", {"omid_tg", "sample_tg"}),
        ("@omid", {"omid"}),
        ("mastodon/omid", {"omid"}),
        ("بیمارستان امید", {"omid_tg", "omid"}),
        ("mastodon، sample_tg", {"omid", "sample_tg"}),
    ],
)
def test_channels_are_named_in_every_way(demo: House, file: Path, capsys: Any, words: str, handles: set[str]) -> None:
    assert run(file, "--as", "EDITOR", "--approve-as", "expert", "--channels", words, "--at", tomorrow(), "--json") == 0
    assert {json.loads(line)["channel"] for line in capsys.readouterr().out.splitlines()} == handles


def test_blocked_copy_sends_nothing_and_is_counted(demo: House, tmp_path: Path, capsys: Any) -> None:
    long = tmp_path / "long.md"
    long.write_text(MESSAGE + "ن" * 600, encoding="utf-8")
    assert run(long, *BOTH, "--json") == 2
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["delivery"], line["state"], line["platform"]) == (None, "blocked", "mastodon")
    assert line["problems"][0] | {"code": ""} == {"code": "", "unit": "mastodon_chars", "actual": 611, "limit": 500}
    assert not Post.objects.exists() and not Delivery.objects.exists()


@pytest.mark.parametrize("approver", ["editor", "Editor", "auditor", "officer", "outsider"])
def test_no_valid_yes_is_3_and_writes_nothing(demo: House, file: Path, capsys: Any, approver: str) -> None:
    for _ in range(2):
        assert run(file, *EDITOR, "--approve-as", approver, "--json") == 3
    assert not Post.objects.exists() and not Delivery.objects.exists()
    said = capsys.readouterr()
    assert said.out == "" and "http://localhost:8000/" in said.err


def test_same_words_approved_before_do_not_help_their_author(demo: House, file: Path) -> None:
    assert run(file, *BOTH, "--at", tomorrow()) == 0
    before = (Post.objects.count(), Delivery.objects.count())
    assert run(file, *EDITOR, "--approve-as", "editor") == 3
    assert (Post.objects.count(), Delivery.objects.count()) == before


def test_without_approver_the_message_waits_and_says_where(demo: House, file: Path, capsys: Any) -> None:
    assert run(file, *EDITOR) == 3
    post = Post.objects.get()
    assert (post.state, Delivery.objects.count()) == ("submitted", 0)
    assert f"http://localhost:8000/posts/{post.pk}/approval/" in capsys.readouterr().err


def test_health_topic_needs_the_expert(demo: House, tmp_path: Path) -> None:
    health = tmp_path / "health.md"
    health.write_text(MESSAGE.replace("title", "topic: health\ntitle"), encoding="utf-8")
    assert run(health, *EDITOR, "--approve-as", "head", "--at", tomorrow()) == 3
    assert run(health, *EDITOR, "--approve-as", "expert", "--at", tomorrow()) == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--as", "nobody", "--channels", "all"),
        ("--as", "editor", "--channels", "@stranger"),
        ("--as", "editor", "--channels", " , "),
        ("--as", "auditor", "--approve-as", "expert", "--channels", "all"),
        (*BOTH, "--at", "31/7/1405 10:00"),
        (*BOTH, "--at", "1405-13-01 10:00"),
        (*BOTH, "--at", "1400-01-01 10:00"),
        (*BOTH, "--at", "soon"),
    ],
)
def test_everything_else_is_4_with_a_sentence(demo: House, file: Path, capsys: Any, words: tuple[str, ...]) -> None:
    assert run(file, *words) == 4
    assert capsys.readouterr().err.strip()
    assert not Post.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\xff", b"---\ntitle: x\n---\n<!-- variant: x -->\n"])
def test_bad_file_is_4_and_names_its_line(demo: House, file: Path, capsys: Any, content: bytes) -> None:
    file.write_bytes(content)
    assert run(file, *BOTH) == 4
    assert any(word in capsys.readouterr().err for word in ("سطر", "خط", "Line"))


def test_missing_file_is_4(demo: House, tmp_path: Path, capsys: Any) -> None:
    assert run(tmp_path / "nothing.md", *BOTH) == 4
    assert "nothing.md" in capsys.readouterr().err


def test_leaver_speaks_no_more(demo: House, file: Path) -> None:
    record_leaver(demo.editor, by=demo.head)
    assert run(file, *BOTH) == 4


# elsewhere than in a demo


SECRET = "A" * 32


def code() -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(SECRET, counter)))


@pytest.fixture
def keys(house: House, tmp_path: Path) -> dict[str, Any]:
    open_channels(house)
    found: dict[str, Any] = {}
    for name in ("editor", "expert"):
        path = tmp_path / f"{name}.key"
        path.write_text(issue_access_token(house.people()[name], "cli", by=house.people()[name]) + "\n")
        found[name] = path
    TOTP.activate(house.expert, SECRET)
    return found


def test_names_do_not_suffice_outside_a_demo(keys: Any, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert run(file, *BOTH) == 4
    assert run(file, *BOTH, "--token-file", str(keys["editor"])) == 4
    own = ("--token-file", str(keys["editor"]), "--approver-token-file")
    assert run(file, *BOTH, *own, str(keys["editor"]), "--approver-code", "123456") == 4
    assert run(file, *BOTH, *own, str(keys["expert"]), "--approver-code", "000000") == 4
    assert not Post.objects.exists()


def test_own_keys_and_a_code_suffice(house: House, keys: Any, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAVI_APPROVER_TOKEN", keys["expert"].read_text())
    words = (*BOTH, "--at", tomorrow(), "--token-file", str(keys["editor"]), "--approver-code", code())
    assert run(file, *words) == 0


def test_revoked_key_opens_nothing(house: House, keys: Any, file: Path) -> None:
    digest = hashlib.sha256(keys["editor"].read_text().strip().encode()).hexdigest()
    revoke_access_token(house.editor.access_tokens.get(digest=digest), by=house.editor)
    assert run(file, *EDITOR, "--token-file", str(keys["editor"])) == 4


def test_a_key_opens_until_its_last_day(house: House, keys: Any, file: Path) -> None:
    words = (*EDITOR, "--token-file", str(keys["editor"]))
    assert run(file, *words) == 3  # written, and nobody has said yes
    house.editor.access_tokens.update(valid_until=clock.now())
    assert run(file, *words) == 4


# waiting


def test_command_waits_until_every_copy_is_settled(fresh_database: Any, file: Path, capsys: Any) -> None:
    house = build_house()
    with tenant(house.institution.pk):
        open_channels(house)
    Institution.objects.filter(pk=house.institution.pk).update(is_demo=True)
    engine = threading.Thread(target=settle_slowly, args=(house,))
    engine.start()
    code = run(file, *BOTH, "--json")
    engine.join()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 4
    assert sorted(line["state"] for line in lines) == ["failed", "sent", "sent"]
    (failed,) = [line for line in lines if line["state"] == "failed"]
    assert "forbidden" in failed["error"]


def settle_slowly(house: House) -> None:
    """Stands in for the engine: one copy after the other."""
    for state in ("sent", "failed", "sent"):
        for _ in range(200):
            with tenant(house.institution.pk):
                waiting = Delivery.objects.filter(state="pending").order_by("pk").first()
                if waiting:
                    more = {"sent_at": clock.now()} if state == "sent" else {"error_code": "forbidden"}
                    Delivery.objects.filter(pk=waiting.pk).update(state=state, **more)
                    break
            time.sleep(0.05)
    connection.close()


# the doors


def test_without_a_running_ravi_it_is_4(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any) -> None:
    monkeypatch.setenv("RAVI_HOME", str(tmp_path))
    assert main(["publish", "x.md", *EDITOR]) == 4
    assert "ravi up" in capsys.readouterr().err
    assert main(["audit", "verify"]) == 4


WHOLE = ["x.md", "--as", "editor", "--channels", "all"]


@pytest.mark.parametrize(
    "words",
    [[], ["--as", "editor"], ["x.md", "--channels", "all"], [*WHOLE, "--bogus"], [*WHOLE, "y.md"], [*WHOLE, "--at"]],
    ids=" ".join,
)
def test_mistyped_command_is_4(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["publish", *words])
    assert ended.value.code == 4


def test_audit_verify_walks_every_institution(fresh_database: Any, capsys: Any) -> None:
    build_house()
    assert audit_command.verify_all() == 0
    assert capsys.readouterr().out.count("whole") == 2
    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        admin.execute("alter table core_audit_entry disable trigger append_only")
        admin.execute(
            "update core_audit_entry set body = replace(body, 'add_unit', 'add_xxxx') where verb = 'add_unit'"
        )
    assert audit_command.verify_all() == 1
    assert "was changed after it was written" in capsys.readouterr().out
