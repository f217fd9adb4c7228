"""Every address × every role × an object of a foreign unit and of a foreign institution: 404, or the run fails.

The walk is generated from the table of contents. An address without a line here fails; a line without an address fails too.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from ravi.accounts.services import issue_access_token
from ravi.core.tenancy import tenant
from tests.architecture.objects import MAKERS
from tests.architecture.programs import PROGRAMS

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Open:
    """Whoever comes may see it, and why."""

    why: str


@dataclass(frozen=True)
class Own:
    """Signed-in people only; the address names no object, so that it can show only what is one's own to see."""


@dataclass(frozen=True)
class Of:
    """The address names objects: which maker gives them. `sees_all` says whether institution-wide roles see other units' ones."""

    maker: str
    sees_all: bool = True


@dataclass(frozen=True)
class Keyed:
    """Programs with a key only, whatever browser comes; where it names an object, which maker gives it, and a fitting body."""

    maker: str = ""
    body: Any = None


OF_A_MESSAGE = (  # noqa: SIM905
    "message words facts fact settings issue endorsement request versions next_version end uptake "
    "uptake_csv translations translation translation_yes confirm message words facts fact settings issue "
    "endorsement request versions next_version end withdrawal corrections uptake uptake_csv "
).split()

OF_A_POST = (  # noqa: SIM905
    "post edit draft measure preview card channels images set_aside approval undoing comments comment "
    "passing return withdrawal correction again text board unit_board "
).split()

OF_A_WORKSHOP = (  # noqa: SIM905
    "series new_workshop workshop edit seats open cancellation calendar new_session session drop_session nomination answer "
    "end_registration "
).split()

LINES: dict[str, Open | Own | Of | Keyed] = {
    **{f"api:api_v1:{name}": Keyed(*given) for name, given in PROGRAMS.items()},
    "health": Open("a monitor asks it; it says in fixed words what is wrong, and nothing of any tenant"),
    "metrics": Open("figures without names; 404 except from this machine or with the token"),
    "live": Open("a load balancer asks it; it says only that this process answers"),
    # sign-in (allauth)
    "account_login": Open("signing in"),
    "account_signup": Open("always closed, says so"),
    "account_logout": Open("signing out; strangers are sent on"),
    "account_inactive": Open("says that an account is closed"),
    "account_reauthenticate": Own(),
    "mfa_index": Own(),
    "mfa_authenticate": Open("the second step of signing in; without a first step it leads back"),
    "mfa_reauthenticate": Own(),
    "mfa_activate_totp": Own(),
    "mfa_deactivate_totp": Own(),
    "mfa_view_recovery_codes": Own(),
    "mfa_generate_recovery_codes": Own(),
    "mfa_download_recovery_codes": Own(),
    "mfa_list_webauthn": Own(),
    "mfa_add_webauthn": Own(),
    "mfa_reauthenticate_webauthn": Own(),
    "mfa_login_webauthn": Open("signing in with a passkey"),
    "mfa_remove_webauthn": Of("passkey", sees_all=False),
    "mfa_edit_webauthn": Of("passkey", sees_all=False),
    # people, units, oneself
    "accounts:me": Own(),
    "accounts:password": Own(),
    "accounts:language": Open("strangers choose a language too"),
    "accounts:tokens": Own(),
    "accounts:token_revocation": Of("token", sees_all=False),
    "accounts:people": Own(),
    "accounts:new_person": Own(),
    "accounts:person": Of("person"),
    "accounts:person_roles": Of("person"),
    "accounts:role_end": Of("role"),
    "accounts:person_languages": Of("person"),
    "accounts:absence": Of("person"),
    "accounts:leaving": Of("person"),
    "accounts:erasure": Of("person"),
    "accounts:person_password": Of("person"),
    "accounts:units": Own(),
    "accounts:new_unit": Own(),
    "accounts:unit": Of("unit"),
    "accounts:unit_name": Of("unit"),
    "accounts:unit_closing": Of("unit"),
    # staff home
    "desk:home": Own(),
    "desk:more": Own(),
    "desk:audit": Own(),
    "notices:list": Own(),
    "notices:reach": Own(),
    "notices:address": Own(),
    "notices:code": Of("address", sees_all=False),
    "notices:quiet_hours": Of("address", sees_all=False),
    "notices:end": Of("address", sees_all=False),
    "core:components": Open("drawings of the parts with made-up words"),
    # channels
    "directory:channels": Own(),
    "directory:new": Own(),
    "directory:channel": Of("channel"),
    "directory:edit": Of("channel"),
    "directory:state": Of("channel"),
    "directory:credential": Of("channel"),
    "directory:verification": Of("channel"),
    "directory:custodians": Of("channel"),
    "directory:loan": Of("channel"),
    # the library
    "library:shelf": Own(),
    "library:new": Own(),
    "library:new_card": Own(),
    "library:card_preview": Own(),
    "library:media": Of("media"),
    "library:stamp": Of("media"),
    "library:file": Of("media"),
    "library:rendition": Of("rendition"),
    "library:erasure": Of("media"),
    "library:picture": Of("video"),
    "library:captions": Of("video"),
    # posts
    "publishing:posts": Own(),
    "publishing:write": Own(),
    "publishing:step_rules": Own(),
    **dict.fromkeys((f"publishing:{name}" for name in OF_A_POST), Of("post")),
    "publishing:hands": Own(),
    "publishing:pause": Own(),
    "publishing:hand": Of("by_hand"),
    **{f"publishing:hand_{name}": Of("by_hand") for name in ("failure", "link", "undoing", "image", "evidence")},
    # the network's headquarters
    "network:messages": Own(),
    "network:new": Own(),
    "network:week": Own(),
    "network:week_csv": Own(),
    "network:campaigns": Own(),
    "network:new_campaign": Own(),
    "network:campaign": Of("campaign"),
    "network:edit_campaign": Of("campaign"),
    "network:end_campaign": Of("campaign"),
    "network:shared_yes": Of("network_version"),
    "network:undo_shared_yes": Of("network_version"),
    "network:corrections_yes": Of("network_version"),
    "network:undo_corrections_yes": Of("network_version"),
    **dict.fromkeys((f"network:{name}" for name in OF_A_MESSAGE), Of("network_message")),
    "network:reviews": Own(),
    # what headquarters offers
    "network:offers": Own(),
    "network:offer": Of("offer"),
    "network:adapt": Of("offer"),
    "network:decline": Of("offer"),
    "network:write_correction": Of("offer"),
    "network:take_back": Of("offer"),
    "network:auto_adoption": Of("unit"),
    "network:end_auto_adoption": Of("unit"),
    # words with blanks, approved beforehand
    **{f"templates:{name}": Own() for name in ("templates", "new", "rules", "after_reviews")},
    **{f"templates:{name}": Of("template") for name in ("template", "edit", "end", "fill", "signing", "ending")},
    "templates:after_review": Of("emergency"),
    "network:go_on": Of("offer"),
    # the school
    **{f"training:{name}": Own() for name in ("workshops", "my_calendar", "all_series", "new_series")},
    **dict.fromkeys((f"training:{name}" for name in OF_A_WORKSHOP), Of("workshop")),
    # copies and stops
    "delivery:unknown": Own(),
    "delivery:answers": Own(),
    "delivery:held": Own(),
    "delivery:stops": Own(),
    "delivery:platforms": Own(),
    "delivery:stop": Own(),
    "delivery:stop_units": Own(),
    "delivery:lifting": Of("stop"),
    "delivery:delivery": Of("delivery"),
    "delivery:verdict": Of("delivery"),
    "delivery:read_backs": Own(),
    "delivery:read_back": Of("delivery"),
    # numbers
    "delivery:bring_readings": Own(),
    "delivery:post_numbers": Of("sent_copy"),
    "delivery:post_csv": Of("sent_copy"),
    **{f"delivery:channel_{name}": Of("channel") for name in ("numbers", "csv", "reading")},
    "delivery:copy_reading": Of("sent_copy"),
    "delivery:reading_evidence": Of("reading"),
    # programs
    "api:about": Own(),
    "api:webhooks": Own(),
    "api:new_webhook": Own(),
    "api:webhook": Of("webhook"),
    "api:edit_webhook": Of("webhook"),
    "api:renew_secret": Of("webhook"),
    "api:switch_webhook": Of("webhook"),
    "api:try_webhook": Of("webhook"),
    "api:end_webhook": Of("webhook"),
    "api:webhook_call": Of("webhook"),
    "api:openapi": Open("the API's description; it names nobody"),
    # citizens
    "public:home": Open("the public site's front door"),
    "public:channels": Open("the public list of official channels"),
    "public:check": Open("anyone may ask whether a channel is ours"),
    "public:csv": Open("the public list as a file"),
    "public:json": Open("the public list as a file"),
    "public:feed": Open("the institution's own news for feed readers"),
    "public:unit_feed": Open("a unit's own news for feed readers"),
    "public:channel_feed": Open("a channel's own news for feed readers"),
    **{
        f"public:{name}": Open(
            "what the institution says, from its first issued version on, and whether it still holds"
        )
        for name in ("messages", "messages_feed", "message", "message_data")
    },
    **dict.fromkeys(("short_link", "short_link_picture"), Open("leads on to such a message; 404 for every other code")),
    "public:news": Open("the institution's own news"),
    "public:entry": Open("the institution's own news, while it stands"),
    "public:image": Open("an image of an entry that stands; 404 for every other"),
}

UNIT_ROLES = ("unit_head", "officer")
WIDE_ROLES = ("head", "editor", "expert", "auditor")


def addresses(patterns: Any = None, space: str = "", named: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """(name, the arguments that the address needs) of every page."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        needed = (*named, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, inner, needed)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", needed


ALL = dict(addresses())


def test_every_address_has_a_line_and_every_line_an_address():
    assert set(ALL) == set(LINES)


def test_every_address_that_names_an_object_is_walked():
    for name, needed in ALL.items():
        if needed and not isinstance(LINES[name], Open):
            assert isinstance(LINES[name], Of) or getattr(LINES[name], "maker", ""), name


@pytest.fixture
def demo_house(house: Any) -> Any:
    """The second factor is relaxed here: this walk is about rights."""
    for institution in (house.institution, house.other_institution):
        institution.is_demo = True
        institution.save()
    for person in house.people().values():
        person.refresh_from_db()
    return house


def ask(browser: Client, name: str, kwargs: dict[str, Any]) -> list[int]:
    address = reverse(name, kwargs=kwargs)
    return [browser.get(address).status_code, browser.post(address, {"anything": "1"}).status_code]


def refused(statuses: list[int]) -> bool:
    """404 for what is asked; 405 only where that method is no door for anybody."""
    return 404 in statuses and set(statuses) <= {404, 405}


def kwargs_for(name: str, made: dict[str, Any]) -> dict[str, Any]:
    """A program's addresses name each object for what it is; there is one in each."""
    if isinstance(LINES[name], Keyed):
        return {key: made.get(key, made.get("pk")) for key in ALL[name]}
    return {key: made[key] for key in ALL[name]}


def ask_with_key(key: str, name: str, kwargs: dict[str, Any]) -> list[int]:
    address, line = reverse(name, kwargs=kwargs), LINES[name]
    given = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {key}", "If-Match": "*"}}
    body = getattr(line, "body", None) or {}
    return [
        Client().get(address, headers=given["headers"]).status_code,
        *(getattr(Client(), method)(address, body, **given).status_code for method in ("post", "put")),
    ]


def test_foreign_object_is_not_found(
    demo_house: Any, sign_in: Callable[[Any], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One walk over all addresses that name an object; the objects are made once, and nothing here may change them."""
    monkeypatch.setattr("ravi.api.rules.MOST_REQUESTS", 10_000)  # the walk is quicker than people
    theirs: dict[str, dict[str, Any]] = {}
    neighbours: dict[str, dict[str, Any]] = {}
    for maker, make in MAKERS.items():
        with tenant(demo_house.other_institution.pk):
            theirs[maker] = make(demo_house, demo_house.other_unit, demo_house.outsider)
        neighbours[maker] = make(demo_house, demo_house.faculty, demo_house.neighbour)
    found: list[tuple[str, str, str, list[int]]] = []
    for role in (*UNIT_ROLES, *WIDE_ROLES):
        browser = sign_in(getattr(demo_house, role))
        key = issue_access_token(getattr(demo_house, role), "x", by=demo_house.head)
        for name, line in LINES.items():
            if not getattr(line, "maker", ""):
                continue
            foreign = [("institution", theirs)]
            if role in UNIT_ROLES or not getattr(line, "sees_all", True):
                foreign.append(("unit", neighbours))
            for whose, made in foreign:
                kwargs = kwargs_for(name, made[line.maker])
                is_keyed = isinstance(line, Keyed)
                statuses = ask_with_key(key, name, kwargs) if is_keyed else ask(browser, name, kwargs)
                if not refused(statuses):
                    found.append((name, role, whose, statuses))
    assert found == []


def test_stranger_is_sent_to_sign_in(demo_house: Any, client: Client, sign_in: Callable[[Any], Client]) -> None:
    made = {maker: make(demo_house, demo_house.faculty, demo_house.neighbour) for maker, make in MAKERS.items()}
    answered: list[tuple[str, int, str]] = []
    for name, line in LINES.items():
        if isinstance(line, Open):
            continue
        kwargs = kwargs_for(name, made[line.maker]) if getattr(line, "maker", "") else {}
        if isinstance(line, Keyed):
            browser = sign_in(demo_house.head)  # a session is no key
            address = reverse(name, kwargs=kwargs)
            keyless = [ask.status_code for ask in (client.get(address), browser.get(address), browser.post(address))]
            answered += [(name, status, "without a key") for status in keyless if status != 401]
            continue
        for answer in (client.get(reverse(name, kwargs=kwargs)), client.post(reverse(name, kwargs=kwargs))):
            leads = str(getattr(answer, "url", ""))
            if answer.status_code != 405 and not (answer.status_code == 302 and "/sign-in/" in leads):
                answered.append((name, answer.status_code, leads))
    assert answered == []
