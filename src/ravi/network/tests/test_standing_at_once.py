"""What holds no more is written down in the very moment in which somebody ends or signs: neither waits for the other for ever."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import build_house
from ravi.core import audit, clock
from ravi.core.tenancy import tenant
from ravi.network import services
from ravi.network.services import template as words_kept
from ravi.network.tests.ward import Ward
from tests.at_once import after, both, slowly

pytestmark = pytest.mark.database


def test_a_rule_that_is_over_is_ended_once_while_its_signer_ends_it(
    fresh_database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = build_house()
    with tenant(house.institution.pk):
        rule = Ward(house).sign(days=1)
    there = slowly(monkeypatch, words_kept.audit, "record")  # the rule is taken, and not yet in the record

    def look() -> int:
        with clock.at(rule.valid_until + timedelta(seconds=1)):
            return services.end_void_rules(house.institution.pk)

    found, ended = both(house, look, after(there, lambda: services.end_standing(rule, by=house.head)))
    assert (found, ended) == (1, None)
    with tenant(house.institution.pk):
        rule.refresh_from_db()
        assert rule.end_reason == "over"
        assert audit.entries(house.institution.pk).filter(verb="end_standing").count() == 1
