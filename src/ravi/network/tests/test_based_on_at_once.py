"""A version is issued in the very moment in which somebody says yes to, moves, or takes the older words."""

from dataclasses import replace

import pytest

from conftest import build_house
from ravi.core import audit
from ravi.core.tenancy import tenant
from ravi.delivery.models import Delivery
from ravi.directory import services as directory
from ravi.directory.models import Channel
from ravi.directory.services import NewChannel
from ravi.network import services
from ravi.network.draft import MessageFields
from ravi.network.errors import NewerVersion
from ravi.network.models import Adoption, Message, Offer
from ravi.network.rules import Aim, TargetKind
from ravi.network.services import Answer
from ravi.network.tests.test_based_on import later
from ravi.publishing import services as publishing
from ravi.publishing.errors import PostHalted
from ravi.publishing.models import Approval, Post
from ravi.publishing.queries import shown_set
from tests.at_once import both, in_turn

pytestmark = pytest.mark.database


class Stage:
    """The hospital has taken version 1, version 2 is endorsed and ready."""

    def __init__(self, words):
        self.house = build_house()
        with tenant(self.house.institution.pk):
            self._offer(words)
            self._endorse_next(later(words))

    def _offer(self, words):
        house = self.house
        for platform in ("telegram", "bale"):
            directory.open_channel(
                NewChannel(unit=house.hospital, platform=platform, adapter="sandbox", handle="omid", purpose="خبر"),
                by=None,
            )
        fields = MessageFields(aims=(Aim(TargetKind.TREE, house.headquarters.pk),))
        self.message = services.draft_message(house.headquarters, fields, words, by=house.editor)
        first = self.message.versions.get()
        services.endorse_version(first, content_hash=first.content_hash, by=house.expert)
        services.issue_version(first, expected_revision=first.revision, by=house.editor)
        self.first = first
        self.offer = Offer.objects.get(message=self.message, unit=house.hospital)
        self.channel_ids = list(Channel.objects.values_list("pk", flat=True))

    def _endorse_next(self, words):
        version = services.start_version(self.message, by=self.house.editor)
        version = services.save_version(
            version,
            replace(words, what_changed="تاریخ عوض شد."),
            expected_revision=version.revision,
            by=self.house.editor,
        )
        services.endorse_version(version, content_hash=version.content_hash, by=self.house.expert)
        self.next = version

    def adopt(self):
        answer = Answer(self.first.pk)
        return services.adopt_offer(self.offer, answer, channel_ids=self.channel_ids, by=self.house.officer)

    def issue(self):
        return services.issue_version(self.next, expected_revision=self.next.revision, by=self.house.editor)

    def taken(self):
        with tenant(self.house.institution.pk):
            self.post = self.adopt().adoption.post
            self.digest = shown_set(self.post).digest
        return self

    def approve(self):
        return publishing.approve_shown(self.post, by=self.house.expert, digest=self.digest)


@pytest.fixture
def stage(fresh_database, words):
    return Stage(words)


def nothing_waits_to_leave(stage):
    with tenant(stage.house.institution.pk):
        assert set(Delivery.objects.values_list("state", flat=True)) <= {"cancelled"}
        assert Message.objects.get().current_id == stage.next.pk
        assert audit.verify(stage.house.institution.pk) == []
        return Post.objects.get(pk=stage.post.pk)


def test_a_yes_that_waits_behind_the_issuing_is_refused(stage):
    stage.taken()
    with pytest.raises(PostHalted):
        in_turn(stage.house, stage.issue, stage.approve)
    assert nothing_waits_to_leave(stage).halted_at is not None
    with tenant(stage.house.institution.pk):
        assert not Approval.objects.exists()


def test_a_yes_just_before_the_issuing_leaves_nothing_in_the_line(stage):
    stage.taken()
    in_turn(stage.house, stage.approve, stage.issue)
    assert nothing_waits_to_leave(stage).state == Post.State.APPROVED
    with tenant(stage.house.institution.pk):
        assert Delivery.objects.count() == 2


def test_whoever_comes_first_nothing_of_older_words_is_in_the_line(stage):
    stage.taken()
    issued, said = both(stage.house, stage.issue, stage.approve)
    assert issued.version.pk == stage.next.pk
    assert isinstance(said, PostHalted) or said.delivery_ids
    nothing_waits_to_leave(stage)


def test_a_time_that_is_moved_meanwhile_orders_nothing(stage):
    stage.taken()
    with tenant(stage.house.institution.pk):
        stage.approve()
        due = Delivery.objects.earliest("due_at").due_at
    with pytest.raises(PostHalted):
        in_turn(stage.house, stage.issue, lambda: publishing.schedule_post(stage.post, due, by=stage.house.officer))
    nothing_waits_to_leave(stage)


def test_an_answer_that_waits_behind_the_issuing_takes_nothing(stage):
    with pytest.raises(NewerVersion):
        in_turn(stage.house, stage.issue, stage.adopt)
    with tenant(stage.house.institution.pk):
        assert not Post.objects.exists()


def test_an_answer_just_before_the_issuing_waits(stage):
    in_turn(stage.house, stage.adopt, stage.issue)
    with tenant(stage.house.institution.pk):
        assert Adoption.objects.get().post.halted_at is not None


def test_whole_units_answer_while_it_is_issued(stage):
    issued, answered = both(stage.house, stage.issue, stage.adopt)
    assert issued.version.pk == stage.next.pk
    with tenant(stage.house.institution.pk):
        posts = Post.objects.all()
        assert isinstance(answered, NewerVersion) and not posts or all(post.halted_at for post in posts)
