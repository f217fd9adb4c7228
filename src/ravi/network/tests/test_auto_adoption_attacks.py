"""What a rule of a head must never bring about, tried with SQL of the web's role past every service, and by two at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from conftest import build_house
from ravi.accounts import services as accounts
from ravi.accounts.models import Role
from ravi.accounts.rules import RoleKind
from ravi.core import audit, clock
from ravi.core.tenancy import tenant
from ravi.directory.services import NewChannel, open_channel
from ravi.network import services
from ravi.network.draft import MessageFields
from ravi.network.models import Adoption, AutoAdoption, Message, Offer
from ravi.network.rules import Aim, MessageKind, TargetKind
from ravi.network.services import Answer
from ravi.network.tests.closure import NOTICE, Closure
from ravi.publishing import services as publishing
from ravi.publishing.draft import DraftFields
from ravi.publishing.models import Post
from ravi.publishing.rules import Topic
from tests.at_once import both

db = pytest.mark.django_db


def refused(closure: Closure, message: Message, rule: AutoAdoption, **other: Any) -> str:
    """The constraint by which the database refuses an answer by that rule; "" where it takes it."""
    offer = closure.offer(message)
    fields = DraftFields(title=NOTICE.title, text=NOTICE.text, topic=message.topic)
    post = publishing.start_post(closure.house.hospital, fields, by=closure.house.unit_head)
    row = {
        "institution_id": offer.institution_id, "offer": offer, "version": message.current, "kind": "adopted",
        "by": rule.by, "rule": rule, "post": post, "at": clock.now(),
    }  # fmt: skip
    try:
        with transaction.atomic():
            Adoption.objects.create(**row | other)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return str(getattr(error.__cause__, "diag", None) and error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
    return ""


def waiting(closure: Closure, **more: Any) -> Message:
    """A notice whose side job has not come yet."""
    closure.worked = lambda message: (message.refresh_from_db(), message)[1]  # type: ignore[method-assign]
    return closure.issue(replace(NOTICE, valid_until=clock.now() + timedelta(days=3)), **more)


@db
def test_the_plain_case_is_taken_so_that_the_refusals_say_something(closure: Closure) -> None:
    rule = closure.rule()
    assert refused(closure, waiting(closure), rule) == ""


@db
@pytest.mark.parametrize(
    "fields",
    [
        {"kind": MessageKind.MESSAGE},
        {"topic": Topic.HEALTH},
        {"topic": Topic.HEALTH, "kind": MessageKind.ALERT},
    ],
)
def test_no_sql_takes_a_message_or_health_advice(closure: Closure, fields: Any) -> None:
    rule = closure.rule()
    assert refused(closure, waiting(closure, **fields), rule) == "auto_adoption_of_notices"


@db
def test_only_the_kinds_that_were_chosen(closure: Closure) -> None:
    rule = closure.rule(MessageKind.ALERT)
    assert refused(closure, waiting(closure), rule) == "auto_adoption_of_notices"


@db
def test_only_what_came_after_the_rule(closure: Closure) -> None:
    message = waiting(closure)
    assert refused(closure, message, closure.rule()) == "auto_adoption_of_notices"


@db
def test_an_ended_rule_and_a_lost_right_take_nothing(closure: Closure, house: Any) -> None:
    rule = closure.rule()
    message = waiting(closure)
    role = Role.objects.get(person=house.unit_head, ended_at=None)
    accounts.end_role(role, by=house.head)
    assert refused(closure, message, rule) == "auto_adoption_lives"
    accounts.grant_role(house.unit_head, RoleKind.UNIT_HEAD, unit=house.hospital, by=house.head)
    assert refused(closure, message, rule) == "auto_adoption_lives"
    AutoAdoption.objects.filter(pk=rule.pk).update(ended_at=clock.now(), end_reason="ended")
    assert refused(closure, message, rule) == "auto_adoption_lives"


@db
def test_another_units_rule_and_anothers_name_take_nothing(closure: Closure, house: Any) -> None:
    rule = closure.rule()
    accounts.grant_role(house.neighbour, RoleKind.UNIT_HEAD, unit=house.faculty, by=None)
    theirs = services.start_auto_adoption(house.faculty, [MessageKind.NOTICE], by=house.neighbour)
    message = waiting(closure)
    assert refused(closure, message, theirs) == "auto_adoption_of_notices"
    assert refused(closure, message, rule, by=house.officer) == "auto_adoption_lives"
    post = publishing.start_post(house.hospital, DraftFields(title="x", text="x"), by=house.officer)
    assert refused(closure, message, rule, post=post) == "auto_adoption_of_its_author"


@db
@pytest.mark.parametrize(
    "changed", [{"kind": "adapted", "parts": {"full": "خبر دیگر"}}, {"kind": "declined", "reason": "نه"}]
)
def test_a_rule_never_writes_words_and_never_says_no(closure: Closure, changed: Any) -> None:
    rule = closure.rule()
    assert refused(closure, waiting(closure), rule, **changed) == "adoption_by_rule_is_unchanged"


@db
def test_a_persons_answer_is_no_rules_to_replace(closure: Closure, house: Any) -> None:
    rule = closure.rule()
    message = waiting(closure)
    offer = closure.offer(message)
    made = services.decline_offer(offer, Answer(message.current_id or 0), reason="نه", by=house.officer)
    Adoption.objects.filter(pk=made.pk).update(ended_at=clock.now())
    assert refused(closure, message, rule) == "auto_adoption_yields"


@db
def test_a_rule_is_made_by_the_head_and_stands_as_it_was_made(closure: Closure, house: Any) -> None:
    row = {"institution_id": house.institution.pk, "unit": house.hospital, "takes_notices": True, "at": clock.now()}
    for person in (house.officer, house.head, house.neighbour, house.editor):
        with pytest.raises(IntegrityError, match="heads the unit"), transaction.atomic():
            AutoAdoption.objects.create(**row, by=person)
    rule = closure.rule()
    answer = closure.answer(closure.issue())
    assert answer is not None
    services.end_auto_adoption(house.hospital, by=house.unit_head)
    for change in ("ended_at = null, end_reason = ''", "takes_alerts = false", "unit_id = 1"):
        with (
            pytest.raises(Exception, match=r"stays so|permission denied"),
            transaction.atomic(),
            connection.cursor() as sql,
        ):
            sql.execute(f"update network_autoadoption set {change} where id = %s", [rule.pk])
    with pytest.raises(IntegrityError, match="stays by whom"), transaction.atomic():
        Adoption.objects.filter(pk=answer.pk).update(rule=None)


@pytest.fixture
def notice(fresh_database: Any) -> tuple[Any, Offer]:
    """With real commits: the hospital takes notices, one is issued, and its side job has not come yet."""
    house = build_house()
    with tenant(house.institution.pk):
        open_channel(NewChannel(house.hospital, "telegram", "sandbox", "omid", "خبر"), by=None)
        services.start_auto_adoption(house.hospital, [MessageKind.NOTICE], by=house.unit_head)
        fields = MessageFields(
            topic=Topic.ORGANISATION, kind=MessageKind.NOTICE, aims=(Aim(TargetKind.UNIT, house.hospital.pk),)
        )
        message = services.draft_message(house.headquarters, fields, NOTICE, by=house.editor)
        version = message.versions.get()
        services.issue_version(version, expected_revision=version.revision, by=house.editor)
        with connection.cursor() as sql:
            sql.execute("select args->>'message_id' from procrastinate_jobs where task_name = 'network.take'")
            assert sql.fetchall() == [(str(message.pk),)]
        return house, Offer.objects.get()


@pytest.mark.database
def test_two_jobs_at_once_are_one_answer(notice: tuple[Any, Offer]) -> None:
    house, offer = notice
    taken = both(house, *[lambda: services.take_by_rule(offer)] * 3)
    assert [one for one in taken if isinstance(one, Exception)] == []
    with tenant(house.institution.pk):
        assert (Adoption.objects.count(), Post.objects.count()) == (1, 1)
        assert audit.verify(house.institution.pk) == []


@pytest.mark.database
def test_a_person_at_the_same_moment_gives_one_answer_too(notice: tuple[Any, Offer]) -> None:
    house, offer = notice
    with tenant(house.institution.pk):
        answer = Answer(Message.objects.get().current_id or 0)

    def decline() -> Any:
        return services.decline_offer(offer, answer, reason="نه", by=house.officer)

    acts: list[Callable[[], Any]] = [decline, lambda: services.take_by_rule(offer)]
    both(house, *acts)
    with tenant(house.institution.pk):
        assert Adoption.objects.filter(ended_at=None).count() == 1


@pytest.mark.database
def test_a_rule_that_is_ended_at_this_moment_takes_once_or_not_at_all(notice: tuple[Any, Offer]) -> None:
    house, offer = notice
    both(
        house,
        lambda: services.take_by_rule(offer),
        lambda: services.end_auto_adoption(house.hospital, by=house.unit_head),
    )
    with tenant(house.institution.pk):
        assert AutoAdoption.objects.get().end_reason == "ended"
        assert Adoption.objects.count() <= 1
