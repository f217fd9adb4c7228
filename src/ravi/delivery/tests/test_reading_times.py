"""A number's time is one that every reader can hold: a single row from the year 1 would close the whole table."""

from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from ravi.accounts import services as accounts
from ravi.accounts.queries import headquarters
from ravi.accounts.rules import RoleKind
from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.delivery.models import Reading
from ravi.delivery.readings import services
from ravi.delivery.readings.rules import EARLIEST, Kind
from tests.city import build_city

INSERT = """
insert into delivery_reading
    (institution_id, channel_id, kind, value, source, taken_at, noted_at, evidence_link, evidence_sha256)
values (%s, %s, 'followers', 7, 'api', %s, now(), '', '')
"""


def test_a_number_of_another_century_is_refused(fresh_database: Any, tmp_path: Any) -> None:
    now = clock.now()
    city = build_city(None, tmp_path, now, units=1, platforms=("telegram",))
    [channel] = city.channels

    def number(at: datetime) -> services.Number:
        return services.Number(
            channel=channel, delivery=None, kind=Kind.FOLLOWERS, value=7, taken_at=at, evidence_link="https://e.org"
        )

    early = (datetime.fromisoformat("0001-01-01T00:00:00+14:00"), EARLIEST - timedelta(seconds=1))
    with tenant(city.institution_id):
        unit = headquarters(city.institution_id)
        person = accounts.add_person("editor", "ویراستار", None, institution=unit.institution, by=None)
        accounts.grant_role(person, RoleKind.EDITOR, unit=unit, by=None)
        for at in early:
            with pytest.raises(services.NoReading):
                services.write_down(number(at), by=person, now=now)
            with pytest.raises(services.NoReading):
                services.take_file([number(at)], content=b"x", by=person, now=now)
        services.write_down(number(EARLIEST), by=person, now=now)
        assert [one.taken_at for one in Reading.objects.all()] == [EARLIEST]
    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        for at in early:
            with pytest.raises(psycopg.errors.CheckViolation, match="reading_not_before_2000"):
                admin.execute(INSERT, [city.institution_id, channel.pk, at.isoformat()])
