"""What the adapter makes of answers that a site in good order does not give, and what it asks a site at all."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ravi.platforms.contract import (
    Content,
    CredentialsRefused,
    HttpAnswer,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    Rejected,
    Standing,
)
from ravi.platforms.contract_faults import NobodyThere
from ravi.platforms.contract_samples import image
from ravi.platforms.wordpress.adapter import WordPress, WordPressCredentials

SITE, WORD = "https://news.example.org", "abcd efgh ijkl"
CONTENT = Content("متن", "عنوان")
POST = {
    "id": 7, "link": f"{SITE}/7/", "status": "publish",
    "title": {"raw": "عنوان"}, "content": {"raw": '<p dir="auto">متن</p>'},
}  # fmt: skip
ABILITIES: dict[str, Callable[[WordPress, str], Awaitable[Any]]] = {
    "publish": lambda adapter, site: adapter.publish(site, CONTENT, key="k"),
    "edit": lambda adapter, site: adapter.edit(site, "7", CONTENT, key="k"),
    "delete": lambda adapter, site: adapter.delete(site, "7"),
    "pin": lambda adapter, site: adapter.pin(site, "7"),
    "find": lambda adapter, site: adapter.find(site, "k"),
    "read": lambda adapter, site: adapter.read(site, "7", CONTENT),
    "verify": lambda adapter, site: adapter.verify(site),
}
every_ability = pytest.mark.parametrize("act", ABILITIES.values(), ids=ABILITIES)


@dataclass
class Site:
    """The edge of the network: gives one answer after the other, and keeps what it was asked."""

    answers: list[tuple[int, object]]
    asked: list[str] = field(default_factory=list)

    @property
    def http(self) -> Site:
        return self

    @property
    def smtp(self) -> Any:
        raise AssertionError("this adapter speaks no SMTP")

    async def request(self, method: str, url: str, **_: object) -> HttpAnswer:
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.asked.append(f"{method} {query['rest_route'].removeprefix('/wp/v2/')}")
        status, said = self.answers.pop(0)
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        return HttpAnswer(status, {}, body, datetime(2026, 11, 25, tzinfo=UTC))


def adapter(*answers: tuple[int, object], site: str = SITE) -> tuple[WordPress, Site]:
    there = Site(list(answers))
    return WordPress(WordPressCredentials(site, "editor", WORD), there), there


def refusal(code: str) -> dict[str, str]:
    return {"code": code, "message": "no"}


@every_ability
async def test_whatever_is_asked_a_password_goes_to_its_own_site_and_over_tls(act: Any) -> None:
    for site, target, error in (
        (SITE, "https://elsewhere.example.org", Rejected),
        (SITE, "https://news.example.org.elsewhere.example.org", Rejected),
        ("http://news.example.org", "http://news.example.org", CredentialsRefused),
    ):
        network = NobodyThere()
        with pytest.raises(error) as caught:
            await act(WordPress(WordPressCredentials(site, "editor", WORD), network), target)
        assert network.asked == []
        assert getattr(caught.value, "code", "bad_target") == "bad_target"


@pytest.mark.parametrize("site", [SITE, f"{SITE}/", "https://NEWS.example.org/"])
async def test_a_site_is_asked_at_its_own_address_however_it_ends(site: str) -> None:
    network = NobodyThere()
    with pytest.raises(NotSent):
        await WordPress(WordPressCredentials(site, "editor", WORD), network).verify("https://news.example.org/")
    assert network.asked == [f"{site.rstrip('/')}/?rest_route=%2Fwp%2Fv2%2Fusers%2Fme&context=edit"]


@every_ability
async def test_no_answer_repeats_the_password_in_any_of_its_forms(act: Any) -> None:
    basic = "ZWRpdG9yOmFiY2QgZWZnaCBpamts"
    opened, _there = adapter((403, {"code": "no", "message": f"{WORD} and {basic}"}))
    with pytest.raises(PlatformError) as caught:
        await act(opened, SITE)
    told = f"{caught.value} {caught.value.detail} {caught.value.evidence}"
    assert (WORD in told, basic in told, "***" in told) == (False, False, True)


@pytest.mark.parametrize("code", ["rest_post_invalid_id", "rest_already_trashed"])
async def test_what_is_gone_needs_no_removal_and_stands_no_more(code: str) -> None:
    opened, there = adapter((404, refusal(code)), (410, refusal(code)))
    await opened.delete(SITE, "7")
    assert await opened.read(SITE, "7", CONTENT) is None
    assert there.asked == ["DELETE posts/7", "GET posts/7"]


@pytest.mark.parametrize(("status", "said"), [(403, refusal("rest_cannot_delete")), (404, b"<h1>Not found</h1>")])
@pytest.mark.parametrize("ability", ["delete", "read"])
async def test_another_refusal_says_nothing_of_being_gone(ability: str, status: int, said: object) -> None:
    """A 404 of a page in front of the site is not the site's own word."""
    opened, _there = adapter((status, said))
    with pytest.raises(Rejected):
        await ABILITIES[ability](opened, SITE)


async def test_a_refused_question_is_asked_once() -> None:
    opened, there = adapter((403, refusal("rest_forbidden_status")))
    with pytest.raises(Rejected) as caught:
        await opened.find(SITE, "k")
    assert (caught.value.code, there.asked) == ("rest_forbidden_status", ["GET posts"])


@pytest.mark.parametrize(
    ("whoever", "error"), [((401, refusal("x")), CredentialsRefused), ((200, {"id": 1}), Rejected)]
)
async def test_an_invalid_status_may_be_a_wrong_password(
    whoever: tuple[int, object], error: type[PlatformError]
) -> None:
    """Nothing is published while that is open."""
    opened, there = adapter((400, refusal("rest_invalid_param")), whoever)
    with pytest.raises(error):
        await opened.publish(SITE, CONTENT, key="k")
    assert there.asked == ["GET posts", "GET users/me"]


async def test_what_is_there_is_not_published_again() -> None:
    opened, there = adapter((200, [POST]))
    receipt = await opened.publish(SITE, CONTENT, key="k")
    assert (receipt.remote_id, receipt.link, there.asked) == ("7", f"{SITE}/7/", ["GET posts"])


@pytest.mark.parametrize("said", [{}, None, "[]", {"0": POST}])
async def test_a_list_that_is_none_publishes_nothing(said: object) -> None:
    opened, there = adapter((200, said))
    with pytest.raises(NotSent):
        await opened.publish(SITE, CONTENT, key="k")
    assert there.asked == ["GET posts"]


async def test_a_list_of_what_is_no_post_is_empty() -> None:
    opened, there = adapter((200, ["x", None]), (201, POST))
    assert (await opened.publish(SITE, CONTENT, key="k")).remote_id == "7"
    assert there.asked == ["GET posts", "POST posts"]


@pytest.mark.parametrize("said", [{"id": 7}, {"link": SITE}, {"id": True, "link": SITE}, {"id": 7, "link": ""}, []])
@pytest.mark.parametrize("ability", ["publish", "edit"])
async def test_a_yes_that_names_no_post_is_no_receipt(ability: str, said: object) -> None:
    opened, _there = adapter(*[(200, [])] * (ability == "publish"), (200, said))
    with pytest.raises(OutcomeUnknown):
        await ABILITIES[ability](opened, SITE)


@pytest.mark.parametrize("status", ["future", "draft", "pending", "private", "trash", "auto-draft", "inherit"])
async def test_what_readers_do_not_see_does_not_stand(status: str) -> None:
    opened, _there = adapter((200, POST | {"status": status}))
    assert await opened.read(SITE, "7", CONTENT) is None


@pytest.mark.parametrize(
    "other",
    [
        {"id": 8}, {"id": None}, {"id": "70"}, {"status": "ok"}, {"status": None}, {"status": ""},
        {"title": None}, {"title": {"rendered": "عنوان"}}, {"title": {"raw": None}}, {"content": "متن"}, {"content": {}},
    ],
)  # fmt: skip
async def test_an_answer_that_is_not_the_post_says_nothing_of_it(other: dict[str, object]) -> None:
    opened, _there = adapter((200, POST | other))
    with pytest.raises(NotSent) as caught:
        await opened.read(SITE, "7", CONTENT)
    assert caught.value.evidence.startswith("HTTP 200 ")


@pytest.mark.parametrize(
    ("title", "content", "standing"),
    [
        ("عنوان", "<p>متن</p>", Standing("عنوان\n\nمتن", True)),
        (" عنوان ", "<p>متن</p>", Standing("عنوان\n\nمتن", True)),
        ("عنوان&#8230;", "<p>متن</p>", Standing("عنوان…\n\nمتن", False)),
        ("", "<p>متن</p>", Standing("متن", False)),
        ("عنوان", "", Standing("عنوان", False)),
    ],
)
async def test_title_and_words_stand_or_neither(title: str, content: str, standing: Standing) -> None:
    opened, _there = adapter((200, POST | {"title": {"raw": title}, "content": {"raw": content}}))
    assert await opened.read(SITE, "7", CONTENT) == standing


@pytest.mark.parametrize("told", [{}, {"capabilities": None}, {"capabilities": {}}, {"capabilities": ["publish_posts"]},
    {"capabilities": {"publish_posts": False}}, []])  # fmt: skip
async def test_who_may_not_publish_is_not_verified(told: Any) -> None:
    said = {"name": "ویراستار", "slug": "editor"} | told if isinstance(told, dict) else told
    opened, _there = adapter((200, said))
    with pytest.raises(CredentialsRefused, match="may not publish posts") as caught:
        await opened.verify(SITE)
    assert caught.value.evidence.startswith("HTTP 200 ")


async def test_who_may_publish_is_named() -> None:
    may = {"name": "ویراستار", "slug": "editor", "capabilities": {"publish_posts": True}}
    opened, there = adapter((200, may))
    verified = await opened.verify("")
    assert (verified.name, verified.handle, verified.detail) == ("ویراستار", "editor", "may publish posts")
    assert there.asked == ["GET users/me"]


FILE = {"id": 3, "source_url": f"{SITE}/a.png"}


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([(200, {"code": "x"})], NotSent),
        ([(200, []), (502, b"")], NotSent),
        ([(200, []), (201, {"id": 3})], NotSent),
        ([(200, []), (201, {"source_url": "x"})], NotSent),
        ([(200, []), (413, b"<h1>Too large</h1>")], Rejected),
        ([(200, []), (401, refusal("x"))], CredentialsRefused),
    ],
)
async def test_a_file_that_did_not_arrive_leaves_nothing_published(
    answers: list[tuple[int, object]], error: type[PlatformError]
) -> None:
    """An upload without a clear answer publishes nothing, so that the whole copy is provably not sent."""
    opened, there = adapter((200, []), *answers)
    with pytest.raises(PlatformError) as caught:
        await opened.publish(SITE, Content("متن", "عنوان", media=(image("پوستر"),)), key="k")
    assert type(caught.value) is error
    assert "POST posts" not in there.asked and caught.value.evidence.startswith("HTTP ")


async def test_a_file_that_is_there_is_taken_as_it_is() -> None:
    opened, there = adapter((200, []), (200, [FILE]), (201, POST))
    await opened.publish(SITE, Content("متن", "عنوان", media=(image("پوستر"),)), key="k")
    assert there.asked == ["GET posts", "GET media", "POST posts"]
