"""A unit's answer: unchanged, adapted around the same facts, or declined; who may, and what never happens."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.directory import services as directory
from ravi.directory.models import Channel
from ravi.directory.services import NewChannel
from ravi.network import queries, services
from ravi.network.errors import AnsweredMeanwhile, FactsContradicted, MessageRefused, NewerVersion, NotNow
from ravi.network.models import Adoption, Offer
from ravi.network.rules import AdoptionKind, OfferState, spread_s
from ravi.network.services import Answer, steps
from ravi.network.tests.conftest import TEXT
from ravi.platforms.compose import FULL
from ravi.publishing import services as publishing
from ravi.publishing.draft import DraftFields
from ravi.publishing.errors import NothingToSend, WordsKeptElsewhere
from ravi.publishing.models import Post
from ravi.publishing.queries import able_approvers, asked_for, fields_of, shown_set, why_not_approve

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(house, offered):
    """The editor's message before the hospital."""
    return Offer.objects.get(message=offered(), unit=house.hospital)


@pytest.fixture
def channel_ids(house):
    for platform, handle in (("telegram", "omid_tg"), ("bale", "omid_bale"), ("wordpress", "omid")):
        new = NewChannel(unit=house.hospital, platform=platform, adapter="sandbox", handle=handle, purpose="خبر")
        directory.open_channel(new, by=None)
    return list(Channel.objects.filter(unit=house.hospital).values_list("pk", flat=True))


def seen(offer, before=None):
    offer.message.refresh_from_db()
    return Answer(offer.message.current_id, before and before.pk)


def adopt(offer, channel_ids, by, **more):
    return services.adopt_offer(offer, seen(offer, more.pop("before", None)), channel_ids=channel_ids, by=by, **more)


def test_who_wrote_the_message_is_not_named_as_one_who_could_say_yes_to_an_answer(house, offer, channel_ids):
    post = adopt(offer, channel_ids, house.officer).adoption.post
    assert able_approvers(post, []) == [house.expert]
    steps.note_writer(offer.message, house.expert)
    assert able_approvers(post, []) == [] and asked_for(post, []).here == ()
    assert why_not_approve(house.expert, post)


def test_unchanged_stands_in_the_queue_with_every_fact(house, offer, channel_ids):
    done = adopt(offer, channel_ids, house.officer)
    post = done.adoption.post
    for row in (offer, post):
        row.refresh_from_db()
    assert (done.adoption.kind, offer.state, post.state) == ("adopted", OfferState.ADOPTED, Post.State.SUBMITTED)
    assert (post.unit, post.author, post.lang, post.topic) == (house.hospital, house.officer, "fa", "health")
    payload = json.loads(done.submission.ready[0].payload)
    assert "دوز دوم" in payload["text"] and "۶۰ سال" in payload["text"] and "{" not in payload["text"]
    assert not Delivery.objects.exists()
    assert {copy.channel_id for copy in done.submission.ready} == set(channel_ids)


def test_the_expert_says_yes_and_copies_go_after_their_spread(house, offer, channel_ids):
    post = adopt(offer, channel_ids, house.officer).adoption.post
    shown = shown_set(post)
    before = clock.now()
    publishing.approve_shown(post, by=house.expert, digest=shown.digest)
    units = offer.message.offers.values_list("unit_id", flat=True)
    expected = spread_s(offer.message_id, house.hospital.pk, units, 30)
    for delivery in Delivery.objects.filter(post_id=post.pk):
        assert 0 <= (delivery.due_at - before).total_seconds() - expected < 60


@given(
    message=st.integers(1, 10**9),
    units=st.sets(st.integers(1, 10**6), min_size=1, max_size=80),
    window=st.integers(0, 24 * 60),
)
def test_all_units_are_spread_evenly_over_the_window(message, units, window):
    found = sorted(spread_s(message, unit, units, window) for unit in units)
    assert found == [place * window * 60 // len(units) for place in range(len(units))]
    assert max(found) < window * 60 or window == 0


def test_twice_is_once(house, offer, channel_ids):
    first = adopt(offer, channel_ids, house.officer)
    again = adopt(offer, channel_ids, house.officer)
    assert (again.adoption, again.submission) == (first.adoption, None)
    assert Post.objects.count() == Adoption.objects.count() == 1


def test_adapted_words_keep_every_fact(house, offer, channel_ids):
    own = "همشهریان بیمارستان ما!\n" + TEXT
    done = adopt(offer, channel_ids, house.officer, parts={FULL: own, "smuggled": "x"})
    assert (done.adoption.kind, done.adoption.parts) == (AdoptionKind.ADAPTED, {FULL: own})
    assert done.adoption.post.text.startswith("همشهریان بیمارستان ما!\nتزریق دوز دوم")


@pytest.mark.parametrize(
    "own", [TEXT.replace("{دوز}", "دوز سوم"), TEXT.replace("{تلفن}", ""), TEXT + "\nتلفن: ۰۴۱۱۱۱۱۱۱۱", TEXT + " {}"]
)
def test_a_contradicted_or_dropped_fact_is_refused_and_nothing_is_kept(house, offer, channel_ids, own):
    with pytest.raises(FactsContradicted) as refused:
        adopt(offer, channel_ids, house.officer, parts={FULL: own})
    assert refused.value.sentences
    assert not Post.objects.exists() and not Adoption.objects.exists()


def test_the_adopted_words_are_not_changed_in_the_composer(house, offer, channel_ids):
    post = adopt(offer, channel_ids, house.officer).adoption.post
    with pytest.raises(WordsKeptElsewhere):
        changed = replace(fields_of(post), text="دوز سوم")
        publishing.save_draft(post, changed, expected_revision=post.revision, by=house.officer)
    assert Post.objects.get(pk=post.pk).state == Post.State.SUBMITTED


def test_declined_with_a_reason_and_by_an_officer_alone(house, offer):
    with pytest.raises(MessageRefused):
        services.decline_offer(offer, seen(offer), reason="  ", by=house.officer)
    said = services.decline_offer(offer, seen(offer), reason="مخاطب ما نیست", by=house.officer)
    offer.refresh_from_db()
    assert (offer.state, said.reason, said.post) == (OfferState.DECLINED, "مخاطب ما نیست", None)


def test_a_change_of_mind_before_anything_is_sent(house, offer, channel_ids):
    first = adopt(offer, channel_ids, house.officer).adoption
    declined = services.decline_offer(offer, seen(offer, first), reason="بعدا", by=house.unit_head)
    first.refresh_from_db()
    assert first.post.state == Post.State.WITHDRAWN and first.ended_at is not None
    again = adopt(offer, channel_ids, house.officer, before=declined).adoption
    assert queries.answer_of(offer) == again


def test_after_a_copy_has_gone_the_answer_stands(house, offer, channel_ids):
    first = adopt(offer, channel_ids, house.officer).adoption
    publishing.approve_shown(first.post, by=house.expert, digest=shown_set(first.post).digest)
    Delivery.objects.filter(post_id=first.post.pk).update(state="sent", sent_at=clock.now())
    with pytest.raises(NotNow):
        services.decline_offer(offer, seen(offer, first), reason="بعدا", by=house.officer)
    assert queries.answer_of(offer) == first


def test_two_colleagues_the_second_is_told_who_was_first(house, offer, channel_ids):
    adopt(offer, channel_ids, house.officer, parts={FULL: TEXT + "\nبیمارستان امید"})
    with pytest.raises(AnsweredMeanwhile, match=house.officer.name):
        adopt(offer, channel_ids, house.unit_head, parts={FULL: TEXT + "\nاز طرف ما"})
    assert Post.objects.count() == 1


def test_a_newer_version_is_read_before_it_is_taken(house, offer, channel_ids, words):
    old = seen(offer)
    version = services.start_version(offer.message, by=house.editor)
    changed = replace(words, title="تازه", what_changed="عنوان")
    version = services.save_version(version, changed, expected_revision=version.revision, by=house.editor)
    services.endorse_version(version, content_hash=version.content_hash, by=house.expert)
    services.issue_version(version, expected_revision=version.revision, by=house.editor)
    with pytest.raises(NewerVersion):
        services.adopt_offer(offer, old, channel_ids=channel_ids, by=house.officer)
    assert adopt(offer, channel_ids, house.officer).adoption.version.number == 2


def test_nobody_answers_for_another_unit(house, offer, channel_ids):
    for person in (house.neighbour, house.editor, house.head, house.expert, house.auditor, house.outsider):
        with pytest.raises(PermissionDenied):
            adopt(offer, channel_ids, person)
        with pytest.raises(PermissionDenied):
            services.decline_offer(offer, seen(offer), reason="نه", by=person)


def test_an_ended_message_is_not_answered(house, offer, channel_ids):
    services.end_message(offer.message, by=house.editor)
    with pytest.raises(NotNow):
        adopt(offer, channel_ids, house.officer)


def test_without_a_channel_nothing_is_taken(house, offer):
    with pytest.raises(NothingToSend):
        adopt(offer, [], house.officer)
    offer.refresh_from_db()
    assert offer.state == OfferState.OPEN and not Post.objects.exists()


def test_seen_is_of_the_unit_and_only_once(house, offer):
    services.see_offer(offer, by=house.officer)
    offer.refresh_from_db()
    first = offer.seen_at
    services.see_offer(offer, by=house.unit_head)
    offer.refresh_from_db()
    assert offer.seen_at == first is not None


def test_the_most_urgent_first(house, offered):
    now = clock.now()
    late = offered(deadline=now + timedelta(days=2))
    soon = offered(deadline=now + timedelta(days=1))
    high = offered(priority="high")
    waiting = queries.offers_to_answer(house.officer)
    assert [one.message for one in waiting] == [high, soon, late]
    assert waiting.count() == 3
    assert not queries.offers_to_answer(house.editor).exists()


def test_words_of_a_unit_itself_are_still_free(house, offer):
    post = publishing.start_post(house.hospital, DraftFields(title="خودمان", text="سلام"), by=house.officer)
    publishing.save_draft(post, DraftFields(title="خودمان", text="درود"), expected_revision=1, by=house.officer)
    assert Post.objects.get(pk=post.pk).text == "درود"
