"""Two forms of one person in the same moment count one after the other."""

from typing import Any

from conftest import build_house
from ravi.core.tenancy import tenant
from ravi.notices.models import Address
from ravi.notices.services.address import TooManyCodes, ask_code
from ravi.notices.timing import MOST_CODES
from tests.at_once import both


def test_codes_asked_for_at_once_stay_within_the_hours_number(fresh_database: Any) -> None:
    house = build_house()
    with tenant(house.institution.pk):
        for number in range(MOST_CODES - 1):
            ask_code(house.officer, "mail", f"{number}@example.org")
    answers = both(
        house, *(lambda end=end: ask_code(house.officer, "mail", f"a@example.{end}") for end in ("org", "net"))
    )
    assert [type(answer) for answer in answers].count(TooManyCodes) == 1
    with tenant(house.institution.pk):
        assert Address.objects.count() == MOST_CODES
