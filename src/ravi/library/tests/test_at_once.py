"""Two people at one picture in the same moment."""

import pytest

from conftest import build_house
from ravi.core.tenancy import tenant
from ravi.library.card import Card, Shape, Theme
from ravi.library.errors import AlreadyHere
from ravi.library.models import Media
from ravi.library.services import add_image, make_card
from ravi.library.tests.conftest import picture
from tests.at_once import in_turn

pytestmark = pytest.mark.database


def test_two_who_bring_the_same_picture_keep_it_once(fresh_database):
    house, refused = build_house(), []

    def bring():
        try:
            add_image(picture(60), unit=house.hospital, by=house.officer, alt_text="پوستر", shows_people=False)
        except AlreadyHere as twin:
            refused.append(twin.media.pk)

    in_turn(house, bring, bring)
    with tenant(house.institution.pk):
        assert [Media.objects.get().pk] == refused


def test_two_who_make_the_same_card_make_it_once(fresh_database):
    house, made = build_house(), []
    card = Card("", "سلام", Shape.SQUARE, Theme.PAPER, "x", "y")

    def make():
        made.append(make_card(card, unit=house.hospital, by=house.officer).pk)

    in_turn(house, make, make)
    with tenant(house.institution.pk):
        assert made == [Media.objects.get().pk] * 2
