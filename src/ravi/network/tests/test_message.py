"""A message from its first word to its end: who may, what is refused, whom it reaches."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, connection, transaction

from ravi.accounts import services as accounts
from ravi.accounts.models import Unit
from ravi.accounts.rules import UnitKind
from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.network import services
from ravi.network.draft import CampaignFields, MessageFields
from ravi.network.errors import (
    EditedMeanwhile,
    ExpiresTooSoon,
    FactsContradicted,
    MessageRefused,
    NeedsExpert,
    NotNow,
    NoUnits,
    OwnWords,
    WordsChanged,
)
from ravi.network.models import Message, Offer, Version
from ravi.network.queries import fields_of, messages_visible_to, offers_visible_to, versions_awaiting
from ravi.network.rules import Aim, MessageKind, MessageState, TargetKind
from ravi.publishing.rules import Topic
from ravi.text.sort_key import sort_key

pytestmark = pytest.mark.django_db


def issue(message, by):
    version = message.versions.get(issued_at=None)
    return services.issue_version(version, expected_revision=version.revision, by=by)


def endorse(message, by):
    version = message.versions.get(issued_at=None)
    return services.endorse_version(version, content_hash=version.content_hash, by=by)


def test_health_message_is_offered_after_an_experts_yes(house, draft):
    message = draft()
    with pytest.raises(NeedsExpert):
        issue(message, house.editor)
    assert not Offer.objects.exists()
    endorse(message, house.expert)
    done = issue(message, house.editor)
    message.refresh_from_db()
    assert {offer.unit_id for offer in done.offers} == {house.hospital.pk, house.faculty.pk}
    assert (message.state, message.current_id) == (MessageState.OFFERED, done.version.pk)
    assert issue_again(done, house) == ()
    assert set(offers_visible_to(house.officer).values_list("unit_id", flat=True)) == {house.hospital.pk}


def issue_again(done, house):
    return services.issue_version(done.version, expected_revision=done.version.revision, by=house.editor).offers


def test_news_of_the_organisation_need_no_expert(house, draft, words):
    message = draft(topic=Topic.ORGANISATION, words=replace(words, valid_until=None))
    assert len(issue(message, house.editor).offers) == 2


def test_headquarters_writes_and_units_do_not(house, draft):
    message = draft()
    for person in (house.expert, house.auditor, house.unit_head, house.officer, house.outsider):
        with pytest.raises(PermissionDenied):
            draft(by=person)
        with pytest.raises(PermissionDenied):
            issue(message, person)
    for person in (house.head, house.editor, house.auditor, house.officer):
        with pytest.raises(PermissionDenied):
            endorse(message, person)


def test_nobody_endorses_words_of_their_own(house, draft, words):
    accounts.grant_role(house.editor, "expert", unit=house.headquarters, by=house.head)
    message = draft()
    with pytest.raises(OwnWords):
        endorse(message, house.editor)


def test_a_yes_is_to_the_words_that_were_shown(house, draft, words):
    message = draft()
    version = message.versions.get()
    endorse(message, house.expert)
    changed = services.save_version(version, replace(words, title="دیگر"), expected_revision=1, by=house.head)
    with pytest.raises(NeedsExpert):
        issue(message, house.editor)
    with pytest.raises(WordsChanged):
        services.endorse_version(version, content_hash=version.content_hash, by=house.expert)
    with pytest.raises(WordsChanged):
        services.issue_version(version, expected_revision=1, by=house.editor)
    assert changed.revision == 2


def test_another_topic_takes_the_yes_back(house, draft):
    message = draft()
    endorse(message, house.expert)
    aims = (Aim(TargetKind.UNIT, house.hospital.pk),)
    for revision, topic in ((1, Topic.ORGANISATION), (2, Topic.HEALTH)):
        services.edit_message(
            message, MessageFields(topic=topic, aims=aims), expected_revision=revision, by=house.editor
        )
    endorse(message, house.expert)
    assert [offer.unit_id for offer in issue(message, house.editor).offers] == [house.hospital.pk]


def test_two_who_write_lose_nothing(house, draft, words):
    version = draft().versions.get()
    services.save_version(version, replace(words, title="یکی"), expected_revision=1, by=house.head)
    with pytest.raises(EditedMeanwhile) as caught:
        services.save_version(version, replace(words, title="دیگری"), expected_revision=1, by=house.editor)
    assert (caught.value.theirs.title, caught.value.yours.title) == ("یکی", "دیگری")
    assert caught.value.who == house.head
    version.refresh_from_db()
    assert (version.title, version.revision) == ("یکی", 2)


def test_the_same_words_again_change_nothing(house, draft, words):
    version = draft().versions.get()
    again = services.save_version(version, words, expected_revision=1, by=house.head)
    assert again.revision == 1
    assert fields_of(again) == words


def test_next_version_begins_with_the_last_words(house, offered, words):
    message = offered()
    second = services.start_version(message, by=house.editor)
    assert services.start_version(message, by=house.head) == second
    assert fields_of(second) == words
    with pytest.raises(MessageRefused):  # what changed?
        issue(message, house.editor)
    services.save_version(second, replace(words, what_changed="تاریخ تازه"), expected_revision=1, by=house.editor)
    endorse(message, house.expert)
    assert issue(message, house.editor).offers == []
    message.refresh_from_db()
    assert message.current.number == 2


def test_a_unit_that_came_later_is_reached_by_the_next_version(house, offered, words):
    message = offered()
    late = accounts.add_unit("مرکز تازه", UnitKind.CENTRE, parent=house.hospital, by=house.head)
    second = services.start_version(message, by=house.editor)
    services.save_version(second, replace(words, what_changed="-"), expected_revision=1, by=house.editor)
    endorse(message, house.expert)
    assert [offer.unit_id for offer in issue(message, house.editor).offers] == [late.pk]


def test_a_message_to_nobody_is_refused(house, draft):
    for aims in (
        (),
        (Aim(TargetKind.KIND, None, UnitKind.HEALTH_HOUSE),),
        (Aim(TargetKind.UNIT, house.headquarters.pk),),
    ):
        message = draft(aims=aims)
        endorse(message, house.expert)
        with pytest.raises(NoUnits):
            issue(message, house.editor)
    assert not Offer.objects.exists()


def test_six_hundred_units_get_theirs_in_a_few_questions(house, draft, django_assert_max_num_queries):
    rows = [
        Unit(
            institution=house.institution,
            parent=house.headquarters,
            name=f"خانهٔ {n}",
            kind=UnitKind.HEALTH_HOUSE,
            path=f"{house.headquarters.path}{10**6 + n}/",
            sort_key=sort_key(f"خانهٔ {n}"),
        )
        for n in range(600)
    ]
    Unit.objects.bulk_create(rows)
    message = draft(aims=(Aim(TargetKind.KIND, None, UnitKind.HEALTH_HOUSE),))
    endorse(message, house.expert)
    with django_assert_max_num_queries(40):
        assert len(issue(message, house.editor).offers) == 600


@pytest.mark.parametrize(("days", "deadline"), [(-1, None), (2, 3), (500, None)])
def test_expiry_before_now_or_before_the_deadline_is_refused(house, draft, words, days, deadline):
    now = clock.now()
    message = draft(
        words=replace(words, valid_until=now + timedelta(days=days)),
        deadline=now + timedelta(days=deadline) if deadline else None,
    )
    with pytest.raises((ExpiresTooSoon, MessageRefused)):
        endorse(message, house.expert)
    with pytest.raises((ExpiresTooSoon, MessageRefused)):
        issue(message, house.editor)


def test_health_without_expiry_is_refused(house, draft, words):
    message = draft(words=replace(words, valid_until=None))
    with pytest.raises(MessageRefused):
        services.ask_endorsement(message, by=house.editor)


def test_words_against_their_own_facts_are_refused_with_a_quotation(house, draft, words):
    message = draft(words=replace(words, text=words.text + " دوز سوم"))
    with pytest.raises(FactsContradicted, match="دوز سوم"):
        issue(message, house.editor)


def test_expert_sees_what_waits_once(house, draft):
    message = draft()
    assert list(versions_awaiting(house.expert)) == []
    services.ask_endorsement(message, by=house.editor)
    services.ask_endorsement(message, by=house.editor)
    assert [version.message_id for version in versions_awaiting(house.expert)] == [message.pk]
    assert not versions_awaiting(house.editor).exists()
    endorse(message, house.expert)
    assert not versions_awaiting(house.expert).exists()


def test_ended_message_is_answered_no_more(house, offered):
    message = offered()
    services.end_message(message, by=house.editor)
    services.end_message(message, by=house.editor)
    assert set(Offer.objects.values_list("state", flat=True)) == {"closed"}
    for act in (services.start_version, services.ask_endorsement):
        with pytest.raises(NotNow):
            act(message, by=house.editor)


def test_campaign_begins_once_under_its_name_and_ends(house, draft):
    campaign = services.start_campaign(house.headquarters, CampaignFields("واکسن"), by=house.editor)
    with pytest.raises(MessageRefused):
        services.start_campaign(house.headquarters, CampaignFields("واکسن"), by=house.head)
    message = draft(campaign_id=campaign.pk)
    services.close_campaign(campaign, by=house.head)
    with pytest.raises(MessageRefused):
        draft(campaign_id=campaign.pk)
    fields = MessageFields(campaign_id=campaign.pk, kind=MessageKind.ALERT)
    assert services.edit_message(message, fields, expected_revision=1, by=house.editor).window_min == 0


def test_institutions_do_not_see_each_other(house, offered):
    offered()
    with tenant(house.other_institution.pk):
        assert not Message.objects.exists() and not Version.objects.exists() and not Offer.objects.exists()
        assert not messages_visible_to(house.outsider).exists()


# What no SQL of the web's role can do


OFFER = (
    "insert into network_offer (institution_id, message_id, unit_id, state, offered_at)"
    " values (%s, %s, %s, 'open', now())"
)
WALLS = {"23505", "23514", "42501"}  # unique, check, privilege


def refused(statement: str, *values: object) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            assert cursor.rowcount == 1
    except Error as error:
        assert error.__cause__.sqlstate in WALLS, error
        return True
    return False


def test_issued_version_and_its_facts_stand(house, offered):
    version = offered().current
    for column in ("title = 'x'", "text = 'x'", "issued_at = null", "revision = 9", "valid_until = now()"):
        assert refused(f"update network_version set {column} where id = %s", version.pk)
    assert refused("delete from network_version where id = %s", version.pk)
    assert refused("update network_fact set value = '{}' where version_id = %s", version.pk)
    assert refused("delete from network_fact where version_id = %s", version.pk)
    assert refused("update network_message set topic = 'organisation' where id = %s", version.message_id)
    assert refused("update network_message set state = 'draft', current_id = null where id = %s", version.message_id)


def test_no_way_round_the_expert(house, draft):
    message = draft()
    version = message.versions.get()
    issued = "update network_version set issued_at = now(), issued_by_id = %s where id = %s"
    assert refused(issued, house.editor.pk, version.pk)
    yes = (
        "insert into network_endorsement (institution_id, version_id, revision, content_hash, by_id, at)"
        " values (%s, %s, %s, %s, %s, now())"
    )
    where = (house.institution.pk, version.pk, version.revision, version.content_hash)
    assert refused(yes, *where, house.head.pk)
    assert refused(yes, *where, house.editor.pk)
    assert refused(yes, *where[:3], "0" * 64, house.expert.pk)
    assert refused(OFFER, house.institution.pk, message.pk, house.hospital.pk)
    endorse(message, house.expert)
    assert refused("update network_version set text = 'x' where id = %s", version.pk)
    assert refused("update network_fact set value = '{}' where version_id = %s", version.pk)
    assert not refused(issued, house.editor.pk, version.pk)


def test_one_offer_and_one_live_answer(house, offered):
    message = offered()
    offer = message.offers.first()
    assert refused(OFFER, house.institution.pk, message.pk, offer.unit_id)
    answer = (
        "insert into network_adoption (institution_id, offer_id, version_id, kind, reason, parts, at)"
        " values (%s, %s, %s, %s, %s, %s, now())"
    )
    where = (house.institution.pk, offer.pk, message.current_id)
    assert refused(answer, *where, "declined", "", "{}")
    assert refused(answer, *where, "adopted", "", '{"full": "x"}')
    assert not refused(answer, *where, "declined", "مخاطب نداریم", "{}")
    assert refused(answer, *where, "adopted", "", "{}")
