"""Whatever stands in an address or a form: a page, a sentence or 404, never a page that says Ravi broke."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

import ravi
from ravi.accounts.services import issue_access_token
from ravi.core.asked import whole, words
from tests.architecture.objects import MAKERS
from tests.architecture.test_url_rights import ALL, LINES, Of

pytestmark = pytest.mark.django_db
SOURCE = Path(ravi.__file__).parent

# Put together by code: a date's boxes, a fact's, a blank's.
MADE_UP = (  # noqa: SIM905
    "due_at_0 due_at_1 due_at_2 due_at_3 deadline_0 first_0 then_0 b0_first_0 b0_choice stamp-corner low high number "
    "url events campaign pattern post end state shape note title page q verdict mode parts"
).split()
ASKED = re.compile(r"""(?:GET|POST)(?:\.get|\.getlist|\[|\.)*\(?["']([\w-]+)["']""")
WRITTEN = re.compile(r"""<(?:input|select|textarea|button)\b[^>]*?\bname="([\w-]+)\"""")
FIELD = re.compile(r"""^    (\w+)(?:: [^=]+)? = (?:forms\.)?\w*Field\(""", re.MULTILINE)


def names() -> list[str]:
    """Every name under which a page of Ravi is sent something, read from the code, so that none is forgotten."""
    found = set(MADE_UP)
    for path in SOURCE.rglob("*.py"):
        if "/tests/" not in str(path) and "/migrations/" not in str(path):
            text = path.read_text(encoding="utf-8")
            found.update(ASKED.findall(text))
            if "forms" in path.parts or path.name == "forms.py":
                found.update(FIELD.findall(text))
    for path in SOURCE.rglob("*.html"):
        found.update(WRITTEN.findall(path.read_text(encoding="utf-8")))
    return sorted(found)


NAMES = names()
# More digits than Python reads, a null byte, and digits that are no ASCII.
NASTY = ("9" * 5_000, "a\x00b", "٣")


def addresses(newsroom: Any) -> dict[str, str]:
    """One address per line of the table of contents; a foreign walk (tests/architecture) holds who may see them."""
    post = newsroom.draft()
    known = {"post": {"pk": post.pk, "platform": "telegram", "unit_id": newsroom.hospital.pk, "comment_id": 1}}
    found = {}
    # A stop is made last: what a person says they did by hand is not taken under one.
    for name, needed in sorted(ALL.items(), key=lambda one: getattr(LINES[one[0]], "maker", "") == "stop"):
        line = LINES[name]
        kwargs: dict[str, Any] = {
            "unit_id": newsroom.hospital.pk,
            "slug": "sample",
            "form": "rss",
            "handle": "sample",
            "key": "sample",
            "lang": "ar",
            "code": "sample",
            "place": 1,
            "ending": "jpg",
        }
        if isinstance(line, Of):
            make = MAKERS[line.maker]
            kwargs = known.setdefault(line.maker, {}) or make(newsroom.house, newsroom.hospital, newsroom.officer)
            known[line.maker] = kwargs
        # What /health/ says with a 503, that no engine runs here, is no broken page.
        if name not in ("account_logout", "mfa_remove_webauthn", "mfa_edit_webauthn", "health"):
            found[name] = reverse(name, kwargs={key: kwargs.get(key, 1) for key in needed})
    return found


@pytest.mark.parametrize("nasty", NASTY, ids=["digits", "null", "persian"])
def test_no_value_breaks_a_page(newsroom: Any, nasty: str) -> None:
    browser = newsroom.browse(newsroom.editor)
    typed = dict.fromkeys(NAMES, nasty) | {"target": f"channel:{nasty}", "when": "at"}
    broken = []
    for name, address in addresses(newsroom).items():
        for ask in (browser.get, browser.post):
            with transaction.atomic():
                if ask(address, typed).status_code >= 500:
                    broken.append((name, ask.__name__))
                transaction.set_rollback(True)
    assert broken == []


@pytest.mark.parametrize("body", ["9" * 5_000, "[" * 100_000, '{"a":' * 5_000])
def test_json_that_nobody_can_hold_is_refused(newsroom: Any, body: str) -> None:
    """A stranger sent five thousand digits as a passkey, and was told that Ravi had broken."""
    browser = newsroom.browse(newsroom.officer)
    for name in ("mfa_add_webauthn", "mfa_login_webauthn", "mfa_reauthenticate_webauthn"):
        assert browser.post(reverse(name), {"credential": body}).status_code < 500, name
    key = issue_access_token(newsroom.officer, "x", by=newsroom.officer)
    for address in ("/api/v1/posts", "/api/v1/media", "/api/v1/offers/1/adoption"):
        given = {"Authorization": f"Bearer {key}"}
        answer = browser.post(address, body, content_type="application/json", headers=given)
        assert 400 <= answer.status_code < 500, address


def _coded(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()


def _passkey(response: dict[str, Any] | None = None, **more: Any) -> str:
    client = {"type": "webauthn.get", "challenge": _coded(b"x" * 32), "origin": "http://localhost"}
    said = {"clientDataJSON": _coded(json.dumps(client).encode()), "authenticatorData": _coded(b"\0" * 37)}
    said |= {"signature": _coded(b"s"), "userHandle": _coded(b"1"), "attestationObject": _coded(b"\xa0")}
    whole_ = {"id": _coded(b"abc"), "rawId": _coded(b"abc"), "type": "public-key", "clientExtensionResults": {}}
    return json.dumps(whole_ | {"response": said | (response or {})} | more)


@pytest.mark.parametrize(
    "credential",
    [
        _passkey(clientExtensionResults=1),
        _passkey({"clientDataJSON": _coded(b"[" * 5_000)}),
        _passkey({"clientDataJSON": _coded(b"9" * 5_000)}),
        _passkey({"authenticatorData": _coded(b"\0" * 32 + b"\x80" + b"\0" * 4)}),
        _passkey({"attestationObject": ""}),
        _passkey({"userHandle": [1]}),
        _passkey({"userHandle": _coded(b"9" * 4_000)}),
        _passkey({"userHandle": _coded(b"\xff")}),
        "1",
        "[]",
    ],
)
def test_a_passkey_of_another_shape_is_refused(newsroom: Any, credential: str) -> None:
    """What stands inside of it is read by others' code, which raises what it likes."""
    for name in ("mfa_login_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn"):
        browser = Client() if name == "mfa_login_webauthn" else newsroom.browse(newsroom.officer)
        browser.raise_request_exception = False
        browser.get(reverse(name))
        assert browser.post(reverse(name), {"credential": credential, "name": "x"}).status_code < 500, name


def test_the_way_back_leads_only_inside(newsroom: Any) -> None:
    browser = newsroom.browse(newsroom.officer)
    for wanted in (
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "desk:home",
        "0",
        "javascript:alert(1)",
    ):
        answer = browser.post(reverse("accounts:language"), {"language": "fa", "next": wanted})
        assert answer["Location"] == "/", wanted
    answer = browser.post(reverse("accounts:language"), {"language": "fa", "next": "/posts/?state=draft"})
    assert answer["Location"] == "/posts/?state=draft"


def test_numbers_and_words() -> None:
    assert (whole("12"), whole("۱۲"), whole("9" * 19), whole("²"), whole("-1"), whole("")) == (12, 12, *[None] * 4)
    assert words(" a\x00b ") == "ab"
    assert len(words("x" * 500)) == 100


def test_a_stop_is_kept_in_the_spelling_that_the_engine_compares(newsroom: Any) -> None:
    from ravi.delivery.models import StopOrder
    from ravi.directory.models import Channel

    channel = Channel.objects.filter(unit=newsroom.hospital).first()
    assert channel
    browser = newsroom.browse(newsroom.unit_head)
    persian = str(channel.pk).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    for spelled in (persian, f"0{channel.pk}"):
        assert browser.post(reverse("delivery:stop"), {"target": f"channel:{spelled}"}).status_code == 422
    browser.post(reverse("delivery:stop"), {"target": f"channel:{channel.pk}"})
    assert [order.key for order in StopOrder.objects.all()] == [str(channel.pk)]


def test_another_units_stop_and_its_reason_stay_there(newsroom: Any) -> None:
    from ravi.delivery.rules import Scope
    from ravi.delivery.services import stop
    from ravi.directory.models import Channel

    channel = Channel.objects.filter(unit=newsroom.faculty).first()
    assert channel
    told = {"by": newsroom.neighbour, "institution_id": newsroom.institution.pk}
    stop(Scope.UNIT, str(newsroom.faculty.pk), reason="رمز دانشکده لو رفت", **told)
    stop(Scope.CHANNEL, str(channel.pk), reason="رمز کانال لو رفت", **told)
    channels = frozenset(Channel.objects.filter(unit=newsroom.hospital).values_list("pk", flat=True))
    post = newsroom.approved(by=newsroom.officer, unit=newsroom.hospital, channel_ids=channels)
    pages = ("/", "/deliveries/stops/", "/deliveries/held/", reverse("publishing:board", args=[post.pk]))
    for address in pages:
        said = newsroom.browse(newsroom.officer).get(address)
        assert said.status_code == 200
        assert newsroom.faculty.name not in said.content.decode(), address
        assert "لو رفت" not in said.content.decode(), address
    for person in (newsroom.neighbour, newsroom.head):
        assert newsroom.browse(person).get("/deliveries/stops/").content.decode().count("لو رفت") == 2
