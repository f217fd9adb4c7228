"""A withdrawal takes the corrections along: nothing of the older words or the newer ones remains, and nothing leaves after it."""

import pytest
from django.db import IntegrityError, transaction

from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.directory.services import NewChannel, open_channel
from ravi.network import services
from ravi.network.jobs import withdraw
from ravi.network.models import CorrectedAnswer
from ravi.network.pages.withdraw_message import after
from ravi.network.tests.outside import agreed, carried, corrected_everywhere, lines, published
from ravi.network.tests.test_based_on import issue_next, later
from ravi.network.tests.test_correct_message import answers, message  # noqa: F401 -- fixtures
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.models import Post

pytestmark = pytest.mark.django_db

LEAVES = ("pending", "claimed", "held")


def waits(post: Post) -> list[str]:
    """What of a post could still reach people."""
    rows = Delivery.objects.filter(post_id=post.pk, state__in=LEAVES).exclude(action="delete")
    return sorted(rows.values_list("action", flat=True))


def test_published_on_three_kinds_corrected_and_withdrawn(house, message, answers, words):  # noqa: F811
    issue_next(house, message, later(words))
    same, own = corrected_everywhere(message, house.editor)
    for one in (same, own):
        agreed(one.post, house.expert)
    carried(same.post)  # the hospital's are edited, answered and done by hand; the faculty's wait in the line
    claimed = Delivery.objects.filter(post_id=own.post_id, platform="telegram")
    claimed.update(state="claimed", owner="engine", lease_until=clock.now())
    services.withdraw_message(message, reason="نادرست", by=house.head)
    assert waits(own.post) == []  # at the very commit, before any job
    with pytest.raises(PublishingRefused):
        agreed(own.post, house.expert)
    withdraw(message.institution_id, message.pk)
    carried(*Post.objects.all())
    assert set(Post.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert not Delivery.objects.filter(state__in=LEAVES).exists()
    stood = Delivery.objects.filter(action="publish", state="sent")
    removed = Delivery.objects.filter(action="delete", state="sent").values_list("about_id", flat=True)
    assert set(removed) == set(stood.values_list("pk", flat=True)) and stood.count() == 7  # six copies and one answer
    assert {state for _platform, action, state in lines(own.post) if action != "delete"} == {"cancelled"}
    assert after(message)["progress"].removed == 7


def test_a_copy_and_its_answer_count_apart_where_a_person_removes_one_of_them(house, message, words):  # noqa: F811
    bluesky = NewChannel(house.hospital, "bluesky", "sandbox", "omid.bsky.example", "خبر")
    channel = open_channel(bluesky, by=None)
    said = published(house, message, house.hospital, house.officer)
    issue_next(house, message, later(words))
    for one in corrected_everywhere(message, house.editor):
        agreed(one.post, house.expert)
        carried(one.post)
    # Whoever found it out there wrote down no address, so no program removes it; its answer has one.
    Delivery.objects.filter(post_id=said.post_id, channel_id=channel.pk).update(remote_id="")
    services.withdraw_message(message, reason="نادرست", by=house.head)
    withdraw(message.institution_id, message.pk)
    ordered = Delivery.objects.filter(action="delete")
    assert set(ordered.filter(channel_id=channel.pk).values_list("adapter", flat=True)) == {"manual", "sandbox"}
    assert after(message)["progress"].total == ordered.count()


def test_corrections_that_wait_for_their_yes_get_none_any_more(house, message, answers, words):  # noqa: F811
    issue_next(house, message, later(words))
    rows = corrected_everywhere(message, house.editor)
    services.withdraw_message(message, reason="نادرست", by=house.head)
    for one in rows:
        with pytest.raises(PublishingRefused):
            agreed(one.post, house.expert)
    withdraw(message.institution_id, message.pk)
    assert not Delivery.objects.filter(post_id__in=[one.post_id for one in rows]).exists()


def test_a_job_that_was_on_its_way_writes_nothing_after_the_withdrawal(house, message, answers, words):  # noqa: F811
    version = issue_next(house, message, later(words))
    services.correct_message(message, version_id=version.pk, by=house.editor)
    services.withdraw_message(message, reason="نادرست", by=house.head)
    assert not services.correct_next(version.pk)
    assert not CorrectedAnswer.objects.exists()


def test_the_database_orders_no_answer_of_a_correction_that_was_halted(house, message, answers, words):  # noqa: F811
    issue_next(house, message, later(words))
    same, _own = corrected_everywhere(message, house.editor)
    agreed(same.post, house.expert)
    services.withdraw_message(message, reason="نادرست", by=house.head)
    kept = Delivery.objects.get(post_id=same.post_id, platform="eitaa")
    with pytest.raises(IntegrityError, match="Newer words"), transaction.atomic():
        kept.pk, kept.key = None, "another"
        kept.save(force_insert=True)


def test_the_next_version_lets_edits_go_on_and_takes_answers_out(house, message, answers, words):  # noqa: F811
    issue_next(house, message, later(words))
    same, _own = corrected_everywhere(message, house.editor)
    agreed(same.post, house.expert)
    issue_next(house, message, later(words), title="دوز دوم، باز هم تازه")
    assert lines(same.post) == [
        ("bale", "edit", "pending"),
        ("eitaa", "publish", "cancelled"),
        ("telegram", "edit", "pending"),
    ]
