"""A unit ends in the very moment in which its people answer, or move a channel: nobody waits for the other for ever."""

from typing import Any

import pytest

from conftest import build_house
from ravi.accounts.closing import close_unit
from ravi.accounts.models import Unit
from ravi.core import audit
from ravi.core.tenancy import tenant
from ravi.directory import services as directory
from ravi.directory.models import Channel
from ravi.directory.rules import ChannelState
from ravi.directory.services import NewChannel
from ravi.directory.services import channel as moving
from ravi.network import services
from ravi.network.draft import MessageFields
from ravi.network.models import Adoption, Offer
from ravi.network.rules import Aim, OfferState, TargetKind
from ravi.network.services import Answer, adoption
from tests.at_once import after, both, slowly

pytestmark = pytest.mark.database


class Stage:
    """The hospital has two channels and an offer without an answer."""

    def __init__(self, words: Any) -> None:
        self.house = build_house()
        with tenant(self.house.institution.pk):
            self._offer(words)

    def _offer(self, words: Any) -> None:
        house = self.house
        for platform in ("telegram", "bale"):
            directory.open_channel(NewChannel(house.hospital, platform, "sandbox", "omid", "خبر"), by=None)
        self.message = self.offered(words)
        self.offer = Offer.objects.get(message=self.message, unit=house.hospital)

    def offered(self, words: Any) -> Any:
        house = self.house
        fields = MessageFields(aims=(Aim(TargetKind.TREE, house.headquarters.pk),))
        message = services.draft_message(house.headquarters, fields, words, by=house.editor)
        version = message.versions.get()
        services.endorse_version(version, content_hash=version.content_hash, by=house.expert)
        services.issue_version(version, expected_revision=version.revision, by=house.editor)
        return message

    def adopt(self) -> Any:
        ids = list(Channel.objects.filter(unit=self.house.hospital).values_list("pk", flat=True))
        answer = Answer(self.message.versions.get().pk)
        return services.adopt_offer(self.offer, answer, channel_ids=ids, by=self.house.officer)

    def merge(self) -> Unit:
        return close_unit(self.house.hospital, successor=self.house.faculty, by=self.house.head)


@pytest.fixture
def stage(fresh_database: Any, words: Any) -> Stage:
    return Stage(words)


def test_an_answer_in_hand_is_given_and_then_the_unit_closes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    there = slowly(monkeypatch, adoption, "_version")  # the offer is taken, and nothing is recorded yet
    answered, closed = both(stage.house, stage.adopt, after(there, stage.merge))
    assert not isinstance(answered, Exception) and not isinstance(closed, Exception), (answered, closed)
    with tenant(stage.house.institution.pk):
        assert Adoption.objects.get().post_id == answered.adoption.post_id
        assert Offer.objects.get(pk=stage.offer.pk).state == OfferState.ADOPTED
        assert Unit.objects.get(pk=stage.house.hospital.pk).successor_id == stage.house.faculty.pk
        assert audit.verify(stage.house.institution.pk) == []


def test_a_channel_in_hand_is_moved_and_then_the_unit_closes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with tenant(stage.house.institution.pk):
        channel = Channel.objects.filter(unit=stage.house.hospital).earliest("pk")
    there = slowly(monkeypatch, moving, "_check")  # the channel is taken, and nothing is recorded yet
    freezing = lambda: directory.move_channel(channel, ChannelState.FROZEN, by=stage.house.head)  # noqa: E731
    frozen, closed = both(stage.house, freezing, after(there, stage.merge))
    assert frozen is None and not isinstance(closed, Exception), (frozen, closed)
    with tenant(stage.house.institution.pk):
        moved = Channel.objects.get(pk=channel.pk)
        assert (moved.state, moved.unit_id) == (ChannelState.FROZEN, stage.house.faculty.pk)
