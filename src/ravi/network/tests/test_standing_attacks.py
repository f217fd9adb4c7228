"""What people try: words through a value, words changed later, another unit, more than words; with SQL too."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from ravi.accounts.rules import MAY, Ability
from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.directory.services import NewChannel, lend_channel, open_channel
from ravi.network import services
from ravi.network.errors import TemplateRefused
from ravi.network.facts.values import Count, Link, Place
from ravi.network.models import Filling, StandingRule, Template
from ravi.network.template import cleaned, payload_of, read_payload
from ravi.network.tests.ward import WORDS, Ward, refused_by_database, submitted_without_rule
from ravi.publishing import services as publishing
from ravi.publishing.errors import WordsKeptElsewhere
from ravi.publishing.models import Copy, Post
from ravi.publishing.queries import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward(house: Any) -> Ward:
    return Ward(house)


@pytest.mark.parametrize(
    "smuggled",
    [
        {"مکان": Place("این واکسن خطرناک است، نزنید")},
        {"مکان": Place("دانشکدهٔ بهداشت")},
        {"نشانی": Link("https://evil.example.ir/")},
        {"نشانی": Link("https://omid.example.ir/nobat/دروغ")},
        {"نفر": Count(4, "کشته")},
    ],
)
def test_no_words_come_in_through_a_value(ward: Ward, smuggled: dict[str, Any]) -> None:
    ward.sign()
    with pytest.raises(TemplateRefused):
        ward.fill(**smuggled)
    assert Post.objects.count() == 0


@pytest.mark.parametrize(
    ("blank", "said"),
    [
        ("مکان", "این واکسن خطرناک است"),
        ("تاریخ", "شنبه ۱ دی ۱۴۰۵ نیایید"),
        ("ساعت", "ساعت ۸:۰۰ دروغ"),
        ("تلفن", "۰۴۱۳ به این زنگ نزنید"),
        ("تلفن", "\u2066۰۴۱\u2069\n"),
        ("نشانی", "https://evil.example.ir/"),
        ("نفر", "۴۰ کشته"),
        ("نفر", "۴۰ نفر کشته نفر"),
        ("مکان", ""),
    ],
)
def test_not_even_with_sql(ward: Ward, house: Any, blank: str, said: str) -> None:
    """Of a post whose words carry the very same smuggled value, so that only the kind of the value can refuse it."""
    good = Filling.objects.get(post=ward.fill().post)
    written = good.written | {blank: said}
    words = read_payload(good.version.payload)

    def out(text: str) -> str:
        for name, value in written.items():
            text = text.replace("{" + name + "}", value)
        return text

    fields = replace(
        fields_of(good.post), title=out(words.title), text=out(words.text), variants={"short": out(words.short)}
    )
    post = publishing.start_post(house.hospital, fields, by=house.officer)
    row = {
        "post": post,
        "version": good.version,
        "filled": {},
        "written": written,
        "by": house.officer,
        "at": clock.now(),
    }
    with pytest.raises(IntegrityError, match="value of its kind"), transaction.atomic():
        Filling.objects.create(institution_id=post.institution_id, **row)


def test_the_composer_changes_no_filled_words(ward: Ward, house: Any) -> None:
    post = submitted_without_rule(ward)
    fields = replace(fields_of(post), text=post.text + " و هر چه خواستم.")
    with pytest.raises(WordsKeptElsewhere):
        publishing.save_draft(post, fields, expected_revision=post.revision, by=house.officer)


def test_words_changed_by_sql_after_filling_are_not_the_templates(ward: Ward) -> None:
    post = submitted_without_rule(ward)
    rule = ward.sign()
    assert not refused_by_database(rule, post)
    for column, value in (("text", post.text + "!"), ("title", "دروغ"), ("link", "https://evil.example/")):
        before = getattr(post, column)
        Post.objects.filter(pk=post.pk).update(**{column: value})
        assert refused_by_database(rule, post), column
        Post.objects.filter(pk=post.pk).update(**{column: before})
    post.variants.update(text="دروغ")
    assert refused_by_database(rule, post)


def test_a_copy_with_more_than_the_words_is_refused(ward: Ward, house: Any) -> None:
    """Frozen by SQL with other words, an image, a link or a pin: the hash is right, the rule is not for it."""
    from ravi.delivery.payload import freeze_payload, payload_hash

    post = submitted_without_rule(ward)
    rule = ward.sign()
    copy = Copy.objects.filter(post=post).first()
    assert copy is not None
    plain: dict[str, Any] = {"text": post.text, "title": post.title, "valid_until": post.valid_until}
    other = [
        {"text": post.text + " و دروغ"},
        {"title": "دروغ"},
        {"media": [("0" * 64, "image/png", "دروغ")]},
        {"link": "https://evil.example/"},
        {"pin": True},
        {"entities": [{"kind": "link", "start": 0, "end": 3, "href": "https://evil.example/"}]},
    ]
    new = open_channel(NewChannel(house.hospital, "bale", "sandbox", "omid_bale", "خبر"), by=None)
    for number, change in enumerate([{}, *other]):
        channel = new if number == 0 else open_channel(
            NewChannel(house.hospital, "bale", "sandbox", f"omid_bale{number}", "خبر"), by=None
        )  # fmt: skip
        payload = freeze_payload(post_id=post.pk, channel_id=channel.pk, **plain | change)
        made = Copy.objects.create(
            institution_id=post.institution_id, post=post, revision=post.revision, channel=channel, platform="bale",
            variant_name="full", payload=payload, content_hash=payload_hash(payload), frozen_at=clock.now(),
        )  # fmt: skip
        is_refused = refused_by_database(rule, post, copy=made, content_hash=made.content_hash)
        assert is_refused is bool(change), change


def test_a_rule_of_one_unit_says_nothing_for_another(ward: Ward, house: Any) -> None:
    shared = services.start_template(house.headquarters, "برای همه", WORDS, by=house.editor)
    rule = ward.sign(template=shared)
    theirs = open_channel(NewChannel(house.faculty, "telegram", "sandbox", "bh", "خبر"), by=None)
    done = ward.fill(template=shared, unit=house.faculty, by=house.neighbour, channels=[theirs.pk])
    assert not done.is_approved
    assert refused_by_database(rule, done.post)
    assert ward.fill(template=shared).is_approved


def test_the_units_rule_does_not_reach_another_units_channel(ward: Ward, house: Any) -> None:
    """Headquarters' editor writes in the hospital's name on a channel that the faculty has lent."""
    ward.sign()
    theirs = open_channel(NewChannel(house.faculty, "telegram", "sandbox", "bh", "خبر"), by=None)
    lend_channel(theirs, by=None)
    assert not ward.fill(by=house.editor, channels=[theirs.pk]).is_approved
    assert Delivery.objects.count() == 0


def test_places_are_the_units_own_names(ward: Ward, house: Any) -> None:
    ward.sign()
    assert ward.fill(مکان=Place(house.hospital.name)).is_approved


def test_a_rule_stands_as_it_was_signed(ward: Ward, house: Any) -> None:
    rule = ward.sign()
    services.end_standing(rule, by=house.head)
    for change in ("ended_at = null, end_reason = ''", "valid_until = valid_until + interval '1 day'", "unit_id = 1"):
        with (
            pytest.raises(Exception, match=r"stays so|permission denied"),
            transaction.atomic(),
            connection.cursor() as sql,
        ):
            sql.execute(f"update network_standingrule set {change} where id = %s", [rule.pk])
    with pytest.raises(Exception, match=r"permission denied"), transaction.atomic():
        StandingRule.objects.filter(pk=rule.pk).delete()


def test_a_template_keeps_its_words_and_its_hash(ward: Ward) -> None:
    version = ward.template.current
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        type(version).objects.filter(pk=version.pk).update(payload="{}")
    assert read_payload(version.payload) == cleaned(WORDS)
    assert version.payload == payload_of(cleaned(WORDS), ward.template.pk)
    assert Template.objects.get().current_id == version.pk


@pytest.mark.parametrize(
    "change",
    [
        {"text": "بی جای خالی"},
        {"text": "**پررنگ** {تاریخ}"},
        {"text": "{تاریخ} {"},
        {"title": ""},
        {"days": 91},
        {"blanks": ()},
        {"blanks": tuple(replace(one, choices=()) for one in WORDS.blanks)},
        {"blanks": tuple(replace(one, unit="") for one in WORDS.blanks)},
        {"title": "{چیز دیگر}"},
    ],
)
def test_a_template_that_cannot_be_filled_is_not_kept(ward: Ward, house: Any, change: dict[str, Any]) -> None:
    with pytest.raises(TemplateRefused):
        services.start_template(house.hospital, "دیگر", replace(WORDS, **change), by=house.officer)


def test_the_database_knows_the_roles_that_approve() -> None:
    assert {kind for kind, abilities in MAY.items() if Ability.APPROVE_POST in abilities} == {"head", "expert"}
    assert {kind for kind, abilities in MAY.items() if Ability.APPROVE_HEALTH_POST in abilities} == {"expert"}
