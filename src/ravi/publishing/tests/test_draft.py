"""Writing loses nobody's words, tidies visibly, and undoes exactly."""

import re
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from ravi.core.models import AuditEntry
from ravi.publishing import services
from ravi.publishing.draft import DraftFields, from_json
from ravi.publishing.errors import DraftRefused, EditedMeanwhile
from ravi.publishing.models import Post, SetAside, Writer
from ravi.publishing.queries import fields_of, posts_visible_to, set_aside_of, typed_fields_of
from ravi.publishing.rules import LONGEST_LINK, LONGEST_TEXT, LONGEST_TITLE, MOST_IMAGES

from .conftest import fields

pytestmark = pytest.mark.django_db

TYPED = "كتاب هاي  پزشكي"
TIDY = "کتاب های پزشکی"


@pytest.fixture
def draft(house, channels):
    return services.start_post(house.headquarters, fields(channels.lent), by=house.editor)


def test_start_post_keeps_everything(house, channels):
    given = fields(
        channels.lent, variants={"short": "کوتاه", "micro": " "}, link="https://example.org/1", topic="health"
    )
    post = services.start_post(house.headquarters, given, by=house.editor)
    kept = fields_of(Post.objects.get(pk=post.pk))
    assert kept == replace(given, variants={"short": "کوتاه"})
    assert AuditEntry.objects.latest("seq").verb == "start_post"


def test_save_tidies_and_keeps_what_was_typed(house, draft):
    services.save_draft(draft, replace(fields_of(draft), text=TYPED), expected_revision=1, by=house.editor)
    draft.refresh_from_db()
    assert (draft.text, draft.typed_text, draft.revision) == (TIDY, TYPED, 2)


def test_undo_gives_back_the_very_words_and_stays_undone(house, draft):
    services.save_draft(draft, replace(fields_of(draft), text=TYPED), expected_revision=1, by=house.editor)
    undone = services.undo_tidying(draft, "full", expected_revision=2, by=house.editor)
    assert undone.text == undone.typed_text == TYPED
    again = services.save_draft(
        undone, replace(fields_of(undone), title="عنوان تازه"), expected_revision=undone.revision, by=house.editor
    )
    assert (again.text, again.as_typed) == (TYPED, ["full"])
    tidy = services.tidy_again(again, "full", expected_revision=again.revision, by=house.editor)
    assert (tidy.text, tidy.typed_text) == (TIDY, TYPED)


def test_what_was_typed_outlives_a_save_of_the_tidied_form(house, draft):
    saved = services.save_draft(draft, replace(fields_of(draft), text=TYPED), expected_revision=1, by=house.editor)
    saved = services.save_draft(
        saved, replace(fields_of(saved), title="عنوان دیگر"), expected_revision=saved.revision, by=house.editor
    )
    assert (saved.text, saved.typed_text) == (TIDY, TYPED)


@pytest.mark.parametrize("lang", ["ar", "ckb", "azb", "en"])
def test_other_languages_come_out_byte_for_byte(house, draft, lang):
    saved = services.save_draft(
        draft, replace(fields_of(draft), text=TYPED, lang=lang), expected_revision=1, by=house.editor
    )
    assert saved.text == TYPED


def test_same_words_again_change_nothing(house, draft):
    before = AuditEntry.objects.count()
    for _ in range(2):  # a replayed form, with a revision that is long past
        saved = services.save_draft(draft, fields_of(draft), expected_revision=0, by=house.editor)
    assert (saved.revision, AuditEntry.objects.count()) == (1, before)


def test_variants_and_channels_follow_the_form(house, channels, draft):
    changed = replace(fields_of(draft), variants={"short": "الف"}, channel_ids=frozenset({channels.telegram.pk}))
    saved = services.save_draft(draft, changed, expected_revision=1, by=house.editor)
    saved = services.save_draft(saved, replace(changed, variants={"micro": "ب"}), expected_revision=2, by=house.editor)
    assert dict(saved.variants.values_list("name", "text")) == {"micro": "ب"}
    assert [chosen.channel_id for chosen in saved.chosen.all()] == [channels.telegram.pk]


def test_two_people_edit_one_post_and_both_texts_are_kept(house, draft):
    theirs = replace(fields_of(draft), text="متن سرپرست")
    services.save_draft(draft, theirs, expected_revision=1, by=house.head)
    yours = replace(fields_of(draft), text="متن ویراستار")
    with pytest.raises(EditedMeanwhile) as edited:
        services.save_draft(draft, yours, expected_revision=1, by=house.editor)
    found = edited.value
    assert (found.who, found.theirs.text, found.yours.text) == (house.head, "متن سرپرست", "متن ویراستار")
    assert Post.objects.get(pk=draft.pk).text == "متن سرپرست"
    kept = set_aside_of(draft, house.editor).get()
    assert from_json(kept.fields) == yours
    assert not set_aside_of(draft, house.head).exists()


def test_set_aside_words_are_let_go_by_their_writer_only(house, draft):
    services.save_draft(draft, replace(fields_of(draft), text="ب"), expected_revision=1, by=house.head)
    with pytest.raises(EditedMeanwhile) as edited:
        services.save_draft(draft, replace(fields_of(draft), text="پ"), expected_revision=1, by=house.editor)
    with pytest.raises(PermissionDenied):
        services.dismiss_set_aside(edited.value.set_aside, by=house.head)
    services.dismiss_set_aside(edited.value.set_aside, by=house.editor)
    assert not SetAside.objects.exists()


def test_whoever_changes_a_word_becomes_a_writer(house, draft):
    services.save_draft(draft, replace(fields_of(draft), text="ب"), expected_revision=1, by=house.head)
    assert set(Writer.objects.values_list("person_id", flat=True)) == {house.editor.pk, house.head.pk}


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "x" * 301},
        {"text": "x" * 200_001},
        {"text": "\ud800"},
        {"variants": {"fax": "x"}},
        {"variants": {"full": "x"}},
        {"link": "javascript:alert(1)"},
        {"link": "https://example.org/a b"},
        {"topic": "sport"},
        {"media_ids": (987654321,)},
        {"channel_ids": frozenset({987654321})},
    ],
)
def test_impossible_fields_are_refused_and_nothing_changes(house, draft, wrong):
    with pytest.raises(DraftRefused):
        services.save_draft(draft, replace(fields_of(draft), **wrong), expected_revision=1, by=house.editor)
    assert Post.objects.get(pk=draft.pk).revision == 1


def test_channel_that_is_not_lent_is_refused(house, channels, draft):
    with pytest.raises(DraftRefused):
        services.save_draft(
            draft, replace(fields_of(draft), channel_ids={channels.unlent.pk}), expected_revision=1, by=house.editor
        )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": "x" * (LONGEST_TITLE + 1)}, "عنوان از ۳۰۰ نویسه بلندتر است."),
        ({"text": "x" * (LONGEST_TEXT + 1)}, "متن از ۲۰۰٬۰۰۰ نویسه بلندتر است."),
        ({"link": "https://" + "x" * (LONGEST_LINK - 7)}, "پیوند فاصله ندارد و بیش از ۲٬۰۰۰ نویسه نیست."),
        ({"media_ids": tuple(range(MOST_IMAGES + 1))}, "هر پیام تا ۲۰ تصویر دارد."),
    ],
)
def test_what_is_too_much_is_refused_with_its_limit(house, draft, wrong, sentence):
    with translation.override("fa"), pytest.raises(DraftRefused, match=re.escape(sentence)):
        services.save_draft(draft, replace(fields_of(draft), **wrong), expected_revision=1, by=house.editor)
    assert Post.objects.get(pk=draft.pk).revision == 1


@pytest.mark.parametrize("name", ["expert", "auditor", "neighbour", "outsider"])
def test_others_may_not_write(house, draft, name):
    person = house.people()[name]
    with pytest.raises(PermissionDenied):
        services.save_draft(draft, replace(fields_of(draft), text="x"), expected_revision=1, by=person)
    with pytest.raises(PermissionDenied):
        services.start_post(house.headquarters, DraftFields(), by=person)


def test_officer_writes_in_own_unit_on_own_channels(house, channels):
    given = fields(frozenset({channels.unlent.pk, channels.telegram.pk}))
    post = services.start_post(house.hospital, given, by=house.officer)
    assert post.chosen.count() == 2
    assert list(posts_visible_to(house.officer)) == [post]
    assert list(posts_visible_to(house.neighbour)) == []
    assert list(posts_visible_to(house.auditor)) == [post]


def test_typed_and_shown_fields_are_equal_where_nothing_was_tidied(house, draft):
    assert typed_fields_of(draft) == fields_of(draft)
