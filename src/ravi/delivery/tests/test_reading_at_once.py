"""Two people, or one twice, in the same moment: each number stands once."""

from datetime import timedelta
from typing import Any

import psycopg

from ravi.accounts import services as accounts
from ravi.accounts.queries import headquarters
from ravi.accounts.rules import RoleKind
from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.delivery.models import Reading
from ravi.delivery.readings import services
from ravi.delivery.readings.rules import Kind
from tests.at_once import both
from tests.city import build_city


class House:
    """What `both` asks of a house."""

    def __init__(self, institution: Any) -> None:
        self.institution = institution


def test_the_same_number_and_the_same_file_twice_at_once(fresh_database: Any, tmp_path: Any) -> None:
    now = clock.now()
    city = build_city(None, tmp_path, now, units=1, platforms=("telegram",))
    with psycopg.connect(fresh_database.admin) as admin:
        assert admin.execute("select count(*) from delivery_reading").fetchone() == (0,)
    with tenant(city.institution_id):
        unit = headquarters(city.institution_id)
        person = accounts.add_person("editor", "ویراستار", None, institution=unit.institution, by=None)
        accounts.grant_role(person, RoleKind.EDITOR, unit=unit, by=None)
        [channel] = city.channels

    def number(value: int) -> services.Number:
        at = now - timedelta(minutes=5)
        return services.Number(
            channel=channel, delivery=None, kind=Kind.FOLLOWERS, value=value, taken_at=at, evidence_link="https://e.org"
        )

    write = lambda: services.write_down(number(7), by=person, now=now)  # noqa: E731 -- the same act twice
    take = lambda: services.take_file([number(8), number(9)], content=b"x", by=person, now=now)  # noqa: E731
    first, second = both(House(unit.institution), write, write)
    assert first.pk == second.pk
    assert sorted(both(House(unit.institution), take, take)) == [0, 2]
    with tenant(city.institution_id):
        assert sorted(Reading.objects.values_list("value", flat=True)) == [7, 8, 9]
