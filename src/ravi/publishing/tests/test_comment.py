"""A comment quotes the text character for character, stays with its version, is answered and settled."""

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from ravi.notices.models import Notice
from ravi.publishing import services
from ravi.publishing.errors import DraftRefused, NotNow
from ravi.publishing.models import Comment
from ravi.publishing.queries import comments_of
from ravi.publishing.rules import passages, quoted

from .conftest import fields, submitted

TEXTS = st.text(alphabet="ابپ سلامت‌.!؟?\n ۱۲", max_size=60)


@given(TEXTS)
def test_every_passage_is_quoted_as_it_stands(text: str) -> None:
    for passage in passages(text):
        assert passage in text and quoted(text, passage) in text
        assert quoted(text, passage).split() == passage.split()


@given(TEXTS, TEXTS)
def test_nothing_is_quoted_that_is_not_there(text: str, wanted: str) -> None:
    found = quoted(text, wanted)
    assert found in text
    assert found == "" or found.split() == wanted.split()


@pytest.mark.django_db
def test_comment_is_told_answered_and_settled(house, channels) -> None:
    post = submitted(house, channels, text="دوز دوم برای همه است. نوبت بگیرید.")
    said = services.comment_on(post, "دوز  دوم", "از ۶۰ سال", by=house.expert, expected_revision=1)
    assert said.quote == "دوز دوم"
    assert services.comment_on(post, "دوز دوم", "از ۶۰ سال", by=house.expert, expected_revision=1) == said
    assert Notice.objects.get(kind="post_commented").person == house.editor
    services.answer_comment(said, "درست است", by=house.editor)
    assert Notice.objects.get(kind="comment_answered").person == house.expert
    services.resolve_comment(said, by=house.editor)
    services.resolve_comment(said, by=house.expert)
    kept = comments_of(post)[0]
    assert (kept.resolved_by, [one.words for one in kept.answers.all()]) == (house.editor, ["درست است"])


@pytest.mark.django_db
def test_comment_stays_with_its_version(house, channels) -> None:
    post = submitted(house, channels, text="تا ۱۹ آذر.")
    services.comment_on(post, "تا ۱۹ آذر", "۲۰", by=house.head, expected_revision=1)
    services.save_draft(post, fields(channels.lent, text="تا ۲۰ آذر."), expected_revision=1, by=house.editor)
    services.submit_post(post, by=house.editor)
    with pytest.raises(NotNow):
        services.comment_on(post, "تا ۱۹ آذر", "۲۰", by=house.head, expected_revision=1)
    assert [(one.revision, one.quote) for one in comments_of(post)] == [(1, "تا ۱۹ آذر")]


@pytest.mark.django_db
def test_who_comments_and_on_what(house, channels) -> None:
    post = submitted(house, channels)
    for person in (house.editor, house.auditor, house.officer):
        with pytest.raises(PermissionDenied):
            services.comment_on(post, "کارگاه", "؟", by=person, expected_revision=1)
    for quote, words in (("نیست در متن", "؟"), ("", "؟"), ("کارگاه", "  "), ("کارگاه", "ا" * 5000)):
        with pytest.raises(DraftRefused):
            services.comment_on(post, quote, words, by=house.expert, expected_revision=1)
    assert not Comment.objects.exists()
    said = services.comment_on(post, "کارگاه", "؟", by=house.expert, expected_revision=1)
    for person in (house.auditor, house.officer):
        with pytest.raises(PermissionDenied):
            services.answer_comment(said, "؟", by=person)
