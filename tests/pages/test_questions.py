"""No page asks the database more than twelve questions, and none asks more because there is more to show.

The frame of every request (savepoints, the tenant's setting) is left out: see `asked` in test_board.py.
"""

from collections.abc import Callable
from typing import Any

import pytest

from ravi.delivery.rules import Scope
from ravi.delivery.services import stop
from ravi.directory.models import Channel
from ravi.publishing import services
from ravi.publishing.draft import DraftFields
from ravi.publishing.models import Post
from tests.pages.conftest import TEXT, Newsroom
from tests.pages.test_board import asked, copies

pytestmark = pytest.mark.django_db

MOST = 12
SIZES = (1, 3, 100)
Settle = Callable[..., None]


def some_channels(count: int) -> frozenset[int]:
    return frozenset(Channel.objects.order_by("pk").values_list("pk", flat=True)[:count])


def second_version(newsroom: Newsroom, channels: frozenset[int], **fields: Any) -> Post:
    """A message that two people sent back, with other words each time."""
    post = newsroom.submitted(channel_ids=channels, **fields)
    for note, text in (("تا ۲۰ آذر", TEXT.replace("۱۹", "۲۰")), ("تا ۲۱ آذر", TEXT.replace("۱۹", "۲۱"))):
        services.return_post(post, note, by=newsroom.head)
        post.refresh_from_db()
        fields = DraftFields(title="واکسن", text=text, topic="organisation", channel_ids=channels)
        services.save_draft(post, fields, expected_revision=post.revision, by=newsroom.editor)
        post.refresh_from_db()
        services.submit_post(post, by=newsroom.editor)
        post.refresh_from_db()
    return post


def same_for_all(found: dict[int, list[str]]) -> None:
    most = max(found.values(), key=len)
    assert len(most) <= MOST, most
    assert len({len(questions) for questions in found.values()}) == 1, [
        question for question in most if question not in min(found.values(), key=len)
    ]


@pytest.fixture
def hundred(newsroom: Newsroom) -> Newsroom:
    """A newsroom with a hundred channels."""
    newsroom.add_units(47)
    assert Channel.objects.count() == 100
    return newsroom


def test_approval_of_a_first_version(hundred: Newsroom) -> None:
    head = hundred.browse(hundred.head)
    posts = {size: hundred.submitted(channel_ids=some_channels(size)) for size in SIZES}
    same_for_all({size: asked(head, f"/posts/{post.pk}/approval/") for size, post in posts.items()})


@pytest.mark.parametrize("name", ["head", "expert", "editor", "officer"])
def test_approval_is_read_by_anybody(newsroom: Newsroom, name: str) -> None:
    reader = newsroom.browse(newsroom.people()[name])
    post = second_version(newsroom, some_channels(6), unit=newsroom.hospital)
    questions = asked(reader, f"/posts/{post.pk}/approval/")
    assert len(questions) <= MOST, questions


def test_approval_of_a_version_that_was_returned_twice(hundred: Newsroom) -> None:
    head = hundred.browse(hundred.head)
    posts = {size: second_version(hundred, some_channels(size)) for size in SIZES}
    page = head.get(f"/posts/{posts[100].pk}/approval/")
    assert page.context["changes"].count == 1
    assert "<ins>" in page.content.decode()
    same_for_all({size: asked(head, f"/posts/{post.pk}/approval/") for size, post in posts.items()})


@pytest.mark.parametrize("page", ["", "channels/", "preview/telegram/"])
def test_composer(hundred: Newsroom, page: str) -> None:
    editor = hundred.browse(hundred.editor)
    posts = {size: hundred.draft(channel_ids=some_channels(size)) for size in SIZES}
    same_for_all({size: asked(editor, f"/posts/{post.pk}/{page}") for size, post in posts.items()})


@pytest.mark.parametrize("page", ["board/", "text/", "withdrawal/"])
def test_pages_of_an_approved_message(hundred: Newsroom, settle: Settle, page: str) -> None:
    editor = hundred.browse(hundred.editor)
    posts = {size: hundred.approved(channel_ids=some_channels(size)) for size in SIZES}
    for post in posts.values():
        settle(copies(post), "sent")
    same_for_all({size: asked(editor, f"/posts/{post.pk}/{page}") for size, post in posts.items()})


def test_board_with_every_kind_of_trouble(hundred: Newsroom, settle: Settle) -> None:
    """More causes are more to say, never more to ask than twelve."""
    post = hundred.approved()
    all_copies = copies(post)
    for state, place in (("unknown", 0), ("failed", 20), ("missed", 40), ("held", 60), ("sent", 80)):
        settle(
            all_copies[place : place + 15], state, error_code={"failed": "forbidden", "missed": "late"}.get(state, "")
        )
    editor = hundred.browse(hundred.editor)
    for address in (f"/posts/{post.pk}/board/", f"/posts/{post.pk}/board/{hundred.headquarters.pk}/"):
        questions = asked(editor, address)
        assert len(questions) <= MOST, questions


def test_one_copy_whatever_else_there_is(hundred: Newsroom, settle: Settle) -> None:
    editor = hundred.browse(hundred.editor)
    found = {}
    for size in SIZES:
        one = copies(hundred.approved(channel_ids=some_channels(size)))[0]
        settle([one], "unknown", error_code="no_answer")
        found[size] = asked(editor, f"/deliveries/{one.pk}/")
    same_for_all(found)


def test_board_of_360_copies(newsroom: Newsroom, settle: Settle) -> None:
    newsroom.add_units(177)
    post = newsroom.approved()
    settle(copies(post)[:200], "sent")
    settle(copies(post)[200:230], "failed", error_code="forbidden")
    questions = asked(newsroom.browse(newsroom.editor), f"/posts/{post.pk}/board/")
    assert (len(copies(post)), len(questions) <= MOST) == (360, True), questions


# Lists with so many messages, each with one copy. What there is none of is not asked for: one row is where equality begins.


LISTS = (("/deliveries/unknown/", "unknown"), ("/deliveries/held/", "held"), ("/", "failed"), ("/posts/", "sent"))


def test_lists_of_messages_and_copies(newsroom: Newsroom, settle: Settle) -> None:
    editor = newsroom.browse(newsroom.editor)
    four, made = some_channels(4), 0
    found: dict[str, dict[int, list[str]]] = {address: {} for address, _state in LISTS}
    for size in SIZES:
        while made < size:
            listed = copies(newsroom.approved(title=f"پیام {made}", channel_ids=four))
            for copy, (_address, state) in zip(listed, LISTS, strict=True):
                settle([copy], state, error_code="stop")
            made += 1
        for address, _state in LISTS:
            found[address][size] = asked(editor, address)
    for questions in found.values():
        same_for_all(questions)


def test_messages_that_wait_for_a_yes(newsroom: Newsroom) -> None:
    head, made, found = newsroom.browse(newsroom.head), 0, {}
    first = newsroom.submitted(channel_ids=some_channels(1))
    for size in SIZES:
        while made < size:
            newsroom.submitted(title=f"پیام {made}", channel_ids=some_channels(1))
            made += 1
        found[size] = asked(head, "/")
        assert len(asked(head, f"/posts/{first.pk}/approval/")) <= MOST
    same_for_all(found)


def test_stops(hundred: Newsroom) -> None:
    editor, made, found = hundred.browse(hundred.editor), 0, {}
    channels: list[Any] = list(Channel.objects.order_by("pk"))
    for size in SIZES:
        for channel in channels[made:size]:
            stop(
                Scope.CHANNEL, str(channel.pk), by=hundred.head, reason="آزمایش", institution_id=hundred.institution.pk
            )
        made = size
        found[size] = asked(editor, "/deliveries/stops/")
        assert len(asked(editor, "/deliveries/held/")) <= MOST
    same_for_all(found)
