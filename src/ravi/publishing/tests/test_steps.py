"""One yes or two, by topic and unit; the expert's among them for health; the database holds what the services say."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from ravi.accounts import services as accounts
from ravi.accounts.queries import headquarters
from ravi.accounts.rules import RoleKind, UnitKind
from ravi.delivery.models import Delivery
from ravi.notices.models import Notice
from ravi.publishing import services
from ravi.publishing.errors import OwnWork, TextUnread
from ravi.publishing.models import Approval, Post, StepRule
from ravi.publishing.queries import able_approvers, living_yeses, posts_awaiting, shown_set, why_not_approve
from ravi.publishing.rules import MOST_STEPS, Need, Topic, Yes, need, steps_of

from .conftest import fields, submitted
from .test_approval import insert_approval, order_raw

YESES = st.lists(st.builds(Yes, st.integers(1, 5), st.booleans()), max_size=4, unique_by=lambda yes: yes.approver_id)


@given(st.sampled_from(Topic), st.integers(1, MOST_STEPS), YESES)
def test_nothing_is_whole_without_its_steps_and_its_expert(topic: Topic, steps: int, said: list[Yes]) -> None:
    missing = need(topic, steps, said)
    is_whole = len(said) >= steps and (topic is not Topic.HEALTH or any(yes.is_expert for yes in said))
    assert (missing is Need.NOBODY) == is_whole
    if missing is Need.APPROVER:  # and any yes leads nearer to the end, never into a corner
        assert need(topic, steps, [*said, Yes(9, is_expert=False)]) is not Need.APPROVER or steps - len(said) > 1


@given(st.lists(st.integers(2, 9), min_size=1, max_size=4, unique=True), st.dictionaries(st.integers(1, 9), st.just(2)))
def test_nearest_place_decides(below: list[int], chosen: dict[int, int]) -> None:
    path = [1, *below]
    rules: Mapping[tuple[str, int | None], int] = {(Topic.HEALTH, place): steps for place, steps in chosen.items()}
    assert steps_of(Topic.HEALTH, path, rules) == (2 if set(below) & set(chosen) else 1)
    assert steps_of(Topic.ORGANISATION, path, rules) == 1
    assert steps_of(Topic.HEALTH, path, {**rules, (Topic.HEALTH, None): 2, (Topic.HEALTH, path[-1]): 1}) == 1


def yes(post: Post, by: Any) -> services.Approved:
    post.refresh_from_db()
    return services.approve_shown(post, by=by, digest=shown_set(post).digest)


@pytest.mark.django_db
def test_head_alone_sets_steps_and_it_is_recorded(house) -> None:
    for person in (house.editor, house.expert, house.unit_head):
        with pytest.raises(PermissionDenied):
            services.set_steps(Topic.HEALTH, None, 2, by=person)
    services.set_steps(Topic.HEALTH, None, 2, by=house.head)
    services.set_steps(Topic.HEALTH, None, 2, by=house.head)
    services.set_steps(Topic.HEALTH, house.hospital, 1, by=house.head)
    services.set_steps(Topic.HEALTH, house.hospital, None, by=house.head)
    assert list(StepRule.objects.values_list("unit", "steps")) == [(None, 2)]


@pytest.mark.django_db
def test_sql_says_the_same_as_the_rule(house) -> None:
    below = accounts.add_unit("خانهٔ بهداشت", UnitKind.HEALTH_HOUSE, parent=house.hospital, by=None)
    units = [headquarters(house.institution.pk), house.hospital, house.faculty, below]
    cases = [{}, {None: 2}, {0: 2}, {1: 2}, {None: 2, 1: 1}, {None: 2, 3: 1}, {0: 2, 1: 1, 3: 2}, {None: 1, 2: 2}]
    for case in cases:
        StepRule.objects.all().delete()
        for place, steps in case.items():
            services.set_steps(Topic.HEALTH, None if place is None else units[place], steps, by=house.head)
        chosen = {(Topic.HEALTH, None if place is None else units[place].pk): n for place, n in case.items()}
        for unit in units:
            path = [int(part) for part in unit.path.split("/") if part]
            with connection.cursor() as cursor:
                cursor.execute("select publishing_steps_asked(%s, 'health')", [unit.pk])
                assert cursor.fetchone()[0] == steps_of(Topic.HEALTH, path, chosen), (case, unit.name)


@pytest.mark.django_db
def test_two_yeses_of_two_people_and_only_then_copies(house, channels) -> None:
    services.set_steps(Topic.ORGANISATION, None, 2, by=house.head)
    post = submitted(house, channels)
    assert set(Notice.objects.filter(kind="post_submitted").values_list("person", flat=True)) == {
        house.head.pk, house.expert.pk,
    }  # fmt: skip
    first = yes(post, house.head)
    assert (first.need, first.delivery_ids, first.post.state) == (Need.APPROVER, (), "submitted")
    assert not Delivery.objects.exists()
    assert [notice.person for notice in Notice.objects.filter(kind="post_second_yes")] == [house.expert]
    assert list(posts_awaiting(house.head)) == [] and list(posts_awaiting(house.expert)) == [post]
    assert why_not_approve(house.head, post) and not why_not_approve(house.expert, post)
    again = yes(post, house.head)
    assert (again.approvals, again.need) == (first.approvals, Need.APPROVER)
    second = yes(post, house.expert)
    assert second.post.state == "approved" and len(second.delivery_ids) == 3
    assert sorted(Approval.objects.values_list("approver", "step")) == sorted(
        [(house.head.pk, 1)] * 3 + [(house.expert.pk, 2)] * 3
    )
    assert Notice.objects.filter(kind__in=["post_submitted", "post_second_yes"], read_at=None).count() == 0
    with pytest.raises(PermissionDenied):
        yes(post, house.editor)


@pytest.mark.django_db
def test_health_ends_with_an_expert_whatever_the_rule(house, channels) -> None:
    services.set_steps(Topic.HEALTH, None, 2, by=house.head)
    post = submitted(house, channels, topic="health")
    yes(post, house.head)
    other = accounts.add_person("head2", "head2", None, institution=house.institution, by=None)
    accounts.grant_role(other, RoleKind.HEAD, unit=house.headquarters, by=None)
    with pytest.raises(PermissionDenied):
        yes(post, other)
    assert yes(post, house.expert).delivery_ids
    expert_first = submitted(house, channels, topic="health")
    yes(expert_first, house.expert)
    assert yes(expert_first, other).delivery_ids


@pytest.mark.django_db
def test_expert_reads_the_language_of_the_text(house, channels) -> None:
    post = submitted(house, channels, topic="health", lang="az-Latn", text="İkinci doza gəlin.")
    assert able_approvers(post, []) == [] and list(posts_awaiting(house.expert)) == []
    with pytest.raises(TextUnread):
        yes(post, house.expert)
    with pytest.raises(DatabaseError, match="reads the text"), transaction.atomic():
        Approval.objects.create(
            institution_id=post.institution_id, copy=post.copies.first(), content_hash=post.copies.first().content_hash,
            author=house.editor, approver=house.expert, at=post.submitted_at, is_expert=True,
        )  # fmt: skip
    accounts.set_reads(house.expert, ["fa", "az"], by=house.head)
    assert able_approvers(post, []) == [house.expert] and list(posts_awaiting(house.expert)) == [post]
    assert yes(post, house.expert).delivery_ids
    with pytest.raises(accounts.AccountRefused):
        accounts.set_reads(house.expert, ["xx"], by=house.head)


@pytest.mark.django_db
def test_writer_gives_no_step(house, channels) -> None:
    services.set_steps(Topic.ORGANISATION, None, 2, by=house.head)
    post = services.start_post(house.headquarters, fields(channels.lent), by=house.head)
    services.submit_post(post, by=house.head)
    yes(post, house.expert)
    with pytest.raises(OwnWork):
        yes(post, house.head)
    assert able_approvers(post, living_yeses(post)) == []


@pytest.mark.django_db
def test_change_or_return_ends_the_first_yes(house, channels) -> None:
    services.set_steps(Topic.ORGANISATION, None, 2, by=house.head)
    changed = submitted(house, channels)
    yes(changed, house.head)
    services.save_draft(changed, fields(channels.lent, text="ب"), expected_revision=1, by=house.editor)
    services.submit_post(changed, by=house.editor)
    assert yes(changed, house.expert).need is Need.APPROVER
    returned = submitted(house, channels)
    yes(returned, house.head)
    services.return_post(returned, "منبع؟", by=house.expert)
    assert not Approval.objects.filter(copy__post=returned, voided_at=None).exists()


@pytest.mark.django_db
def test_channel_closed_at_the_first_yes_is_no_part_of_the_second(house, channels) -> None:
    from ravi.directory import services as directory

    services.set_steps(Topic.ORGANISATION, None, 2, by=house.head)
    post = submitted(house, channels)
    directory.list_channel(channels.telegram, False, by=house.head)
    yes(post, house.head)
    directory.list_channel(channels.telegram, True, by=house.head)
    post.refresh_from_db()
    assert [copy.platform for copy in shown_set(post).closed] == ["telegram"]
    assert len(yes(post, house.expert).delivery_ids) == 2


@pytest.mark.django_db
def test_database_refuses_copies_with_a_step_missing(house, channels) -> None:
    services.set_steps(Topic.ORGANISATION, None, 2, by=house.head)
    copy = submitted(house, channels).copies.get(platform="telegram")
    insert_approval(copy, house.editor, house.expert)
    with pytest.raises(DatabaseError, match="No living approval"):
        order_raw(copy)
    with pytest.raises(DatabaseError):  # the same person, or the same step, once more
        insert_approval(copy, house.editor, house.expert)
    with pytest.raises(DatabaseError, match="no such step"):
        approve_raw(copy, house.head, step=3)
    approve_raw(copy, house.head, step=2)
    order_raw(copy)


@pytest.mark.django_db
def test_database_refuses_health_without_an_expert(house, channels) -> None:
    copy = submitted(house, channels, topic="health").copies.get(platform="telegram")
    approve_raw(copy, house.head, step=1)
    with pytest.raises(DatabaseError, match="No living approval"):
        order_raw(copy)
    with pytest.raises(DatabaseError, match="reads the text"):
        approve_raw(copy, house.head, step=1, is_expert=True)


@pytest.mark.django_db
def test_database_freezes_no_copy_below_the_rule_and_keeps_the_topic(house, channels) -> None:
    post = services.start_post(house.headquarters, fields(channels.lent, topic="health"), by=house.editor)
    services.submit_post(post, by=house.editor)
    copy = post.copies.first()
    for wrong in ({"steps": 0}, {"needs_expert": False}):
        copy.pk, copy.revision = None, 9
        told = {"steps": 1, "needs_expert": True} | wrong
        copy.steps, copy.needs_expert = told["steps"], told["needs_expert"]
        with pytest.raises(DatabaseError, match="all the yeses"), transaction.atomic():
            copy.save(force_insert=True)
    with pytest.raises(DatabaseError, match="change with its version"), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(topic="organisation")


@pytest.mark.django_db
def test_rule_of_a_unit_is_that_of_its_posts_only(house, channels) -> None:
    services.set_steps(Topic.ORGANISATION, house.hospital, 2, by=house.head)
    theirs = services.start_post(house.hospital, fields(frozenset({channels.unlent.pk})), by=house.officer)
    services.submit_post(theirs, by=house.officer)
    assert yes(theirs, house.head).need is Need.APPROVER
    assert yes(submitted(house, channels), house.head).need is Need.NOBODY


def approve_raw(copy: Any, approver: Any, *, step: int, is_expert: bool = False) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into publishing_approval (institution_id, copy_id, content_hash, author_id, approver_id, at, step,"
            " is_expert) values (%s, %s, %s, %s, %s, now(), %s, %s)",
            [copy.institution_id, copy.pk, copy.content_hash, copy.post.author_id, approver.pk, step, is_expert],
        )
