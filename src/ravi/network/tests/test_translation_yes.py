"""A translation of health words is given to units and citizens after the yes of an expert who reads the language."""

import json
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from ravi.accounts.closing import close_unit
from ravi.accounts.services import set_reads
from ravi.delivery.models import Delivery
from ravi.directory import services as directory
from ravi.directory.services import NewChannel
from ravi.network import queries, services
from ravi.network.errors import FactsContradicted, LanguageUnread, MessageRefused, NotNow, OwnWords, WordsChanged
from ravi.network.models import TranslationYes
from ravi.network.pages import based_on
from ravi.network.queries import translation_of, usable_translations
from ravi.network.rules import OnNewVersion
from ravi.network.services import Answer, steps
from ravi.notices.models import Notice
from ravi.platforms.compose import FULL
from ravi.publishing import services as publishing
from ravi.publishing.models import Post
from ravi.publishing.queries import shown_set

pytestmark = pytest.mark.django_db
ARABIC = "{دوز} للأفراد {سن}، من {تاریخ}، {ساعت}. اتصلوا: {تلفن} {نشانی}"
ENGLISH = "{دوز} for people {سن}, from {تاریخ}, {ساعت}. Call {تلفن} or see {نشانی} ."


@pytest.fixture
def reader(house):
    """The expert reads Arabic and English beside Persian."""
    set_reads(house.expert, ["fa", "ar", "en"], by=house.head)
    house.expert.refresh_from_db()
    return house.expert


@pytest.fixture
def channel(house):
    return directory.open_channel(NewChannel(house.hospital, "telegram", "sandbox", "omid", "خبر"), by=None)


def adopt(message, house, channel, lang, before=None, **more):
    offer = message.offers.get(unit=house.hospital)
    answer = Answer(message.current_id, before)
    return services.adopt_offer(offer, answer, channel_ids=[channel.pk], by=house.officer, lang=lang, **more)


def test_no_unit_takes_it_before_the_yes(house, offered, reader, channel):
    message = offered()
    kept = services.save_translation(message.current, "ar", "الجرعة", ARABIC, by=house.editor)
    assert Notice.objects.filter(person=reader, kind="translation_asked").count() == 1
    with pytest.raises(MessageRefused):
        adopt(message, house, channel, "ar")
    services.endorse_translation(kept, revision=kept.revision, by=reader)
    done = adopt(message, house, channel, "ar")
    said = json.loads(done.submission.ready[0].payload)
    assert (done.adoption.post.lang, said["lang"]) == ("ar", "ar")
    assert "٦٠" in said["text"] and "۶۰" not in said["text"] and "{" not in said["text"]
    assert done.adoption.translation == kept


def test_the_same_language_again_is_no_second_answer(house, offered, reader, channel):
    message = offered()
    kept = services.save_translation(message.current, "en", "Second dose", ENGLISH, by=house.editor)
    services.endorse_translation(kept, revision=1, by=reader)
    first = adopt(message, house, channel, "en")
    assert adopt(message, house, channel, "en").submission is None
    other = adopt(message, house, channel, "", before=first.adoption.pk)
    assert other.adoption.post.lang == "fa"


def test_adapted_in_a_language_it_keeps_that_languages_facts(house, offered, reader, channel):
    message = offered()
    kept = services.save_translation(message.current, "en", "Second dose", ENGLISH, by=house.editor)
    services.endorse_translation(kept, revision=1, by=reader)
    done = adopt(message, house, channel, "en", parts={FULL: "Dear neighbours! " + ENGLISH})
    assert done.adoption.post.text.startswith("Dear neighbours! dose 2 for people 60 years and older")
    with pytest.raises(FactsContradicted):
        parts = {FULL: ENGLISH + " dose 3"}
        adopt(message, house, channel, "en", before=done.adoption.pk, parts=parts)


def test_who_may_not_say_it(house, offered, reader):
    message = offered()
    kept = services.save_translation(message.current, "ar", "الجرعة", ARABIC, by=house.editor)
    with pytest.raises(PermissionDenied):
        services.endorse_translation(kept, revision=1, by=house.head)
    with pytest.raises(WordsChanged):
        services.endorse_translation(kept, revision=2, by=reader)
    kurdish = services.save_translation(message.current, "ku", "ژەم", ARABIC, by=house.editor)
    with pytest.raises(LanguageUnread):
        services.endorse_translation(kurdish, revision=1, by=reader)
    steps.note_writer(message, reader)
    with pytest.raises(OwnWords):
        services.endorse_translation(kept, revision=1, by=reader)
    assert not TranslationYes.objects.exists()


def test_changed_words_wait_for_another_yes(house, offered, reader):
    message = offered()
    kept = services.save_translation(message.current, "en", "Second dose", ENGLISH, by=house.editor)
    services.endorse_translation(kept, revision=1, by=reader)
    assert services.endorse_translation(kept, revision=1, by=reader) == TranslationYes.objects.get()
    services.save_translation(message.current, "en", "The second dose", ENGLISH, expected_revision=1, by=house.editor)
    assert not usable_translations([message.current]).exists()


def taken(message, house, reader, channel):
    """The hospital's approved answer in English, its copies in the line for a while, and the translation."""
    kept = services.save_translation(message.current, "en", "Second dose", ENGLISH, by=house.editor)
    services.endorse_translation(kept, revision=1, by=reader)
    done = adopt(message, house, channel, "en").adoption
    Post.objects.filter(pk=done.post_id).update(spread_s=900)
    publishing.approve_shown(done.post, by=reader, digest=shown_set(done.post).digest)
    return done, kept


def repaired(message, house, reader):
    text = ENGLISH.replace("Call", "Please call")
    kept = services.save_translation(message.current, "en", "Second dose", text, expected_revision=1, by=house.editor)
    return services.endorse_translation(kept, revision=2, by=reader).translation


def states():
    return set(Delivery.objects.values_list("state", flat=True))


def test_a_repaired_translation_leaves_the_answers_to_it_behind(house, offered, reader, channel):
    message = offered()
    done, _kept = taken(message, house, reader, channel)
    assert not queries.answers_behind(message).exists()
    text = ENGLISH.replace("Call", "Please call")
    kept = services.save_translation(message.current, "en", "Second dose", text, expected_revision=1, by=house.editor)
    assert not queries.answers_behind(message).exists() and states() == {"pending"}  # nothing newer is given yet
    services.endorse_translation(kept, revision=2, by=reader)
    assert [one.pk for one in queries.answers_behind(message)] == [done.pk] and states() == {"cancelled"}
    told = Notice.objects.filter(kind="translation_changed")
    assert {notice.person_id for notice in told} == {house.officer.pk, house.unit_head.pk}
    assert all(notice.params["waits"] for notice in told)
    done.post.refresh_from_db()
    assert done.post.halted_at is not None and based_on.behind(done, message.current).of_repaired


def test_of_a_repaired_translation_hears_whoever_answers_for_a_merged_unit_now(house, offered, reader, channel):
    message = offered()
    taken(message, house, reader, channel)
    close_unit(house.hospital, successor=house.faculty, by=house.head)
    repaired(message, house, reader)
    there = {house.neighbour.pk, house.officer.pk, house.unit_head.pk}
    assert {one.person_id for one in Notice.objects.filter(kind="translation_changed")} == there


def test_taking_the_repaired_words_is_another_answer(house, offered, reader, channel):
    message = offered()
    done, _kept = taken(message, house, reader, channel)
    repaired(message, house, reader)
    new = adopt(message, house, channel, "en", before=done.pk)
    assert new.submission is not None and new.adoption.post.text.count("Please call") == 1
    assert new.adoption.translation_revision == 2 and not queries.answers_behind(message).exists()
    assert adopt(message, house, channel, "en", before=new.adoption.pk).submission is None


def test_words_of_before_the_repair_may_go_on(house, offered, reader, channel):
    message = offered()
    done, _kept = taken(message, house, reader, channel)
    with pytest.raises(NotNow):
        services.go_on_older(done.offer, answer_id=done.pk, by=house.officer)
    repaired(message, house, reader)
    services.go_on_older(done.offer, answer_id=done.pk, by=house.officer)
    assert Delivery.objects.filter(state="pending").count() == 1


def test_by_the_messages_rule_words_of_before_the_repair_go_on(house, offered, reader, channel):
    message = offered(on_new_version=OnNewVersion.GO_ON)
    done, _kept = taken(message, house, reader, channel)
    repaired(message, house, reader)
    assert states() == {"pending"} and [one.pk for one in queries.answers_behind(message)] == [done.pk]


def test_a_new_version_leaves_it_behind(house, offered, words, reader):
    message = offered()
    kept = services.save_translation(message.current, "en", "Second dose", ENGLISH, by=house.editor)
    services.endorse_translation(kept, revision=1, by=reader)
    second = services.start_version(message, by=house.editor)
    services.save_version(second, replace(words, what_changed="-"), expected_revision=1, by=house.editor)
    second.refresh_from_db()
    services.endorse_version(second, content_hash=second.content_hash, by=house.expert)
    services.issue_version(second, expected_revision=second.revision, by=house.editor)
    message.refresh_from_db()
    assert translation_of(message, "en").is_outdated
    assert not usable_translations([message.current]).exists()


def test_words_of_the_organisation_need_no_expert(house, offered, draft, words):
    message = draft(topic="organisation")
    version = message.versions.get()
    services.issue_version(version, expected_revision=version.revision, by=house.editor)
    version.refresh_from_db()
    services.save_translation(version, "en", "Second dose", ENGLISH, by=house.editor)
    assert usable_translations([version]).count() == 1
