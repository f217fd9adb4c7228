"""A translation says the same facts, belongs to one version, and is out of date with the next."""

from dataclasses import replace

import pytest

from ravi.network import services
from ravi.network.errors import FactsContradicted, MessageRefused, NotNow
from ravi.network.queries import translations_of

pytestmark = pytest.mark.django_db
ENGLISH = "{دوز} for people {سن}, from {تاریخ}, {ساعت}. Call {تلفن} or see {نشانی} ."


def test_translation_is_kept_byte_for_byte_and_grows_old(house, offered, words):
    message = offered()
    first = message.current
    kept = services.save_translation(first, "en", "Second dose", ENGLISH, by=house.editor)
    assert (kept.text, [one.is_outdated for one in translations_of(message)]) == (ENGLISH, [False])
    second = services.start_version(message, by=house.editor)
    services.save_version(second, replace(words, what_changed="-"), expected_revision=1, by=house.editor)
    second.refresh_from_db()
    services.endorse_version(second, content_hash=second.content_hash, by=house.expert)
    services.issue_version(second, expected_revision=second.revision, by=house.editor)
    assert [one.is_outdated for one in translations_of(message)] == [True]
    with pytest.raises(NotNow):
        services.save_translation(first, "en", "Second dose", ENGLISH, expected_revision=1, by=house.editor)


@pytest.mark.parametrize("spoiled", [" third dose", " aged 65 years", " December 2", " 9:15", "dose 3", " 04133335555"])
def test_translation_contradicts_no_fact(house, offered, spoiled):
    message = offered()
    with pytest.raises(FactsContradicted):
        services.save_translation(message.current, "en", "Second dose", ENGLISH + spoiled, by=house.editor)
    with pytest.raises(FactsContradicted):
        services.save_translation(message.current, "az", "doza", ENGLISH.replace("{سن}", ""), by=house.editor)


def test_two_who_translate_lose_nothing_silently(house, offered):
    message = offered()
    services.save_translation(message.current, "ar", "الجرعة", ENGLISH, by=house.editor)
    with pytest.raises(NotNow):
        services.save_translation(message.current, "ar", "جرعة", ENGLISH, by=house.head)
    with pytest.raises(MessageRefused):
        services.save_translation(message.current, "fa", "دوز دوم", ENGLISH, by=house.head)
