"""`ravi probe`: an engine answers, the answer is printed with what was found, and nobody is asked without a right to."""

import argparse
import base64
import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from conftest import House, build_house
from ravi.accounts.models import Institution
from ravi.cli import probe as door
from ravi.cli import probe_command
from ravi.cli.probe_command import probe
from ravi.core.crypto import generate_keypair
from ravi.core.tenancy import tenant
from ravi.directory import services
from ravi.directory.models import Channel, Errand

KEY = {"base_url": "http://127.0.0.1:9", "token": "t0ken"}


@pytest.fixture
def demo(fresh_database: Any, settings: Any) -> House:
    public = base64.urlsafe_b64encode(generate_keypair()[1]).decode()
    settings.CREDENTIAL_PUBLIC_KEY, settings.CREDENTIAL_KEY_ID = public, "test-1"
    house = build_house()
    with tenant(house.institution.pk):
        Institution.objects.filter(pk=house.institution.pk).update(is_demo=True)
        for handle in ("sample_omid", "sample_two"):
            new = services.NewChannel(house.hospital, "bale", "sandbox", handle, "x")
            services.set_credential(services.open_channel(new, by=None), KEY, by=None)
    return house


@pytest.fixture
def answers(demo: House, fresh_database: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """An engine that works off the errand while the command waits."""

    def with_outcome(outcome: str) -> None:
        def settle(_seconds: float) -> None:
            with psycopg.connect(fresh_database.engine, autocommit=True) as engine:
                engine.execute(
                    "update directory_errand set done_at = now(), outcome = %s, detail = 'Sample'", [outcome]
                )
                engine.execute(
                    """insert into directory_finding (institution_id, channel_id, name, value, documented, source, found_at)
                    select institution_id, id, 'text', 500, 4096, adapter, now() from directory_channel order by id limit 1"""
                )

        monkeypatch.setattr(probe_command.time, "sleep", settle)

    return with_outcome


def run(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="ravi")
    door.add_parsers(parser.add_subparsers())
    return probe(parser.parse_args(["probe", *words]))


@pytest.mark.parametrize("named", ["sample_omid", "@Sample_Omid", "bale:sample_omid"])
def test_what_the_engine_found_is_told(demo: House, answers: Any, capsys: Any, named: str) -> None:
    answers("verified")
    assert run(named, "--as", "unit_head", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["detail"]) == ("verified", "Sample")
    assert told["found"] == {"text": {"value": 500.0, "documented": 4096.0}}
    with tenant(demo.institution.pk):
        assert Errand.objects.get().kind == "probe"


def test_for_people_it_is_lines_and_a_refusal_is_not_zero(demo: House, answers: Any, capsys: Any) -> None:
    answers("refused")
    assert run(str(_first(demo)), "--as", "head") == 1
    said = capsys.readouterr().out
    assert "۵۰۰ (در مستندات: ۴٬۰۹۶)" in said and "t0ken" not in said


@pytest.mark.parametrize(
    ("named", "who"),
    [
        ("sample_omid", "officer"),
        ("sample_omid", "outsider"),
        ("nobody", "head"),
        ("bale:nobody", "head"),
        ("0", "head"),
    ],
)
def test_who_may_not_or_means_nothing_asks_nobody(demo: House, capsys: Any, named: str, who: str) -> None:
    assert run(named, "--as", who) == 4
    assert capsys.readouterr().err.strip()
    with tenant(demo.institution.pk):
        assert not Errand.objects.exists()


def test_no_engine_is_a_sentence(demo: House, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe_command, "WAIT_S", 0.0)
    assert run("sample_omid", "--as", "head") == 4
    assert "ravi doctor" in capsys.readouterr().err


def test_outside_a_demo_a_name_is_no_proof(demo: House, capsys: Any) -> None:
    Institution.objects.update(is_demo=False)
    assert run("sample_omid", "--as", "head") == 4
    assert "RAVI_TOKEN" in capsys.readouterr().err


def _first(house: House) -> int:
    with tenant(house.institution.pk):
        return int(Channel.objects.order_by("pk").values_list("pk", flat=True)[0])
