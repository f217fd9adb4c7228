"""Before a call: a key that only the first credential knows is not tried under another."""

from typing import Any, cast

import pytest

from ravi.delivery.courier import Courier, Kept, Prepared, _speak, link_for_people
from ravi.delivery.credentials import Opened
from ravi.delivery.engine import values as engine
from ravi.delivery.engine.reconcile import is_key_spent
from ravi.delivery.payload import freeze_payload, payload_hash
from ravi.delivery.routes import Routes
from ravi.delivery.tests.heads import head
from ravi.platforms.registry import UnknownPlatform
from ravi.platforms.telegram.adapter import TelegramCredentials

PAYLOAD = freeze_payload(post_id=1, channel_id=1, action="publish", text="متن")
BOUND = engine.Means("native", None, by_credential=True)
NOBODY = cast(Any, None)


@pytest.mark.parametrize(
    ("wanted", "means", "is_spent"),
    [
        ({}, BOUND, True),
        ({"key_scope": "new"}, BOUND, False),
        ({"key_scope": ""}, BOUND, False),
        ({"sent_maybe": False}, BOUND, False),
        ({"action": "edit"}, BOUND, False),
        ({}, engine.Means("native", None), False),
    ],
)
def test_a_key_is_spent_when_the_credential_it_binds_to_was_renewed(
    wanted: dict[str, Any], means: engine.Means, is_spent: bool
) -> None:
    asked = head(**{"sent_maybe": True, "key_scope": "old", **wanted})
    assert is_key_spent(asked, means, "new") is is_spent


@pytest.mark.parametrize(
    ("adapter", "platform", "own"),
    [
        ("wordpress", "wordpress", True),
        ("email", "email", True),
        ("mastodon", "mastodon", True),
        ("bluesky", "bluesky", True),
        ("telegram", "telegram", False),
        ("sandbox", "wordpress", False),
    ],
)
def test_sites_and_lists_are_servers_of_their_own(adapter: str, platform: str, own: bool) -> None:
    assert Courier(NOBODY, NOBODY, NOBODY, NOBODY).means(adapter, platform).own_server is own


@pytest.mark.parametrize(
    ("server", "own"),
    [
        ("https://api.telegram.org", False),
        (" https://API.telegram.org/ ", False),
        ("", False),
        ("http://10.1.2.3", True),
    ],
)
async def test_a_key_with_another_address_leads_to_a_server_of_its_own(
    server: str, own: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def opened(*_: object) -> Kept:
        return Kept(0.0, None, Opened(TelegramCredentials("1:A", server), "one"))

    async def speaking(*_: object) -> Any:
        return NOBODY

    monkeypatch.setattr(Courier, "_credential", opened)
    monkeypatch.setattr(Courier, "_adapter", speaking)
    copy = head(payload=PAYLOAD, approved_hash=payload_hash(PAYLOAD), platform="telegram", adapter="telegram")
    ready = await Courier(NOBODY, NOBODY, NOBODY, NOBODY).prepare(engine.Ticket(copy, "a", 1, 0.0, 60.0, 0.0))
    assert isinstance(ready, Prepared) and ready.own_server is own


@pytest.mark.parametrize(
    ("platform", "key_scope", "is_called"),
    [("mastodon", "old", False), ("mastodon", "new", True), ("bluesky", "old", True)],
)
async def test_a_courier_repeats_only_where_the_key_still_holds(
    platform: str, key_scope: str, is_called: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def renewed(*_: object) -> Kept:
        return Kept(0.0, None, Opened(None, "new"))

    async def called(*_: object) -> Any:
        raise UnknownPlatform("it goes on to the call")

    monkeypatch.setattr(Courier, "_credential", renewed)
    monkeypatch.setattr(Courier, "_adapter", called)
    wanted = {"payload": PAYLOAD, "approved_hash": payload_hash(PAYLOAD), "platform": platform}
    copy = head(sent_maybe=True, key_scope=key_scope, **wanted)
    outcome = await Courier(NOBODY, NOBODY, NOBODY, NOBODY).prepare(engine.Ticket(copy, "a", 2, 0.0, 60.0, 0.0))
    assert isinstance(outcome, engine.Rejected if is_called else engine.KeySpent)


@pytest.mark.parametrize("action", ["edit", "delete", "pin"])
async def test_a_copy_whose_address_nobody_knows_is_not_guessed_at(action: str) -> None:
    """A person found it and gave no address; without one a call could only meet another post."""
    prepared = Prepared(head(action=action, about_remote_id=""), NOBODY, NOBODY, "")
    assert await _speak(prepared) == engine.Rejected("no_address", "")


class Noon:
    def now(self) -> float:
        return 1_800_000_000.0


async def test_a_copy_waits_for_a_route_that_is_not_set_up_and_takes_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """It used to be given up."""

    async def opened(*_: object) -> Kept:
        return Kept(0.0, None, Opened(None, "one"))

    monkeypatch.setattr(Courier, "_credential", opened)
    routes = Routes({}, 1)
    copy = head(payload=PAYLOAD, approved_hash=payload_hash(PAYLOAD), platform="bluesky", route="abroad")
    outcome = await Courier(NOBODY, NOBODY, routes, cast(Any, Noon())).prepare(
        engine.Ticket(copy, "a", 1, 0.0, 60.0, 0.0)
    )
    assert isinstance(outcome, engine.NotSent) and "abroad" in outcome.reason
    assert (routes.seen["bluesky", "abroad"].failed_at, routes._open) == (Noon().now(), {})


def test_a_copy_on_ravis_own_pages_took_no_way() -> None:
    """The page of platforms named a way to Ravi's own feeds."""
    routes = Routes({}, 1)
    courier = Courier(NOBODY, NOBODY, routes, cast(Any, Noon()))
    for adapter in ("feeds", "telegram"):
        courier._note(head(adapter=adapter, platform=adapter), engine.Delivered("1", ""), is_own=False)
    assert [platform for platform, _route in routes.seen] == ["telegram"]


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "//evil.example", " https://x.example", "x", ""]
)
def test_a_receipts_link_that_is_no_web_address_is_shown_to_nobody(link: str) -> None:
    assert link_for_people(link) == ""
    assert link_for_people("https://t.me/mehregan/1") == "https://t.me/mehregan/1"
