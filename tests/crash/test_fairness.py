"""A flood of one institution's copies does not delay another's six, and a correction overtakes its own channel's line.

3,000 copies in the flood; 30,000 for the full run (RAVI_FLOOD).
"""

import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from ravi.core import clock
from ravi.delivery.rules import Lane
from tests.city import PLATFORMS, build_city
from tests.crash.town import Town, wait_until

pytestmark = pytest.mark.crash

FLOOD = int(os.environ.get("RAVI_FLOOD") or (30_000 if os.environ.get("RAVI_TEST_FULL") else 3_000))
FLOODED = ("telegram", "wordpress", "mastodon")
LATE = """
select d.platform, extract(epoch from a.called_at - d.due_at)::float8
from delivery_delivery d join delivery_attempt a on a.delivery_id = d.id and a.kind = 'call' and d.attempt = a.attempt
where d.post_id = %s and d.institution_id = %s
"""
CALLS_BEFORE = """
select count(*) from delivery_attempt a join delivery_delivery d on d.id = a.delivery_id
where a.kind = 'call' and d.channel_id = %s and d.post_id <> %s and a.called_at > %s
    and a.called_at < (select min(c.called_at) from delivery_attempt c join delivery_delivery m on m.id = c.delivery_id
        where m.post_id = %s and m.channel_id = %s)
"""


def test_a_flood_does_not_delay_another_institution_and_a_correction_overtakes(
    town: Town, tell: Callable[..., None]
) -> None:
    small = replace(town, city=build_city(town.sandbox, town.city.keys_folder, clock.now(), units=1, slug="small"))
    many = [channel for channel in town.city.channels if channel.platform in FLOODED]
    flood = [town.publish(many) for _ in range(FLOOD // len(many) + 1)]
    town.hurry()
    engine = town.engine()
    engine.start()
    town.wait_until_sent(flood[0], 100)
    six = small.publish()
    wait_until(lambda: small.states(six)["sent"] == len(PLATFORMS), within_s=120)
    left = town.states(*flood)["pending"]
    late = dict(town.rows(LATE, six, small.city.institution_id))
    shared = [late[platform] for platform in PLATFORMS if platform in FLOODED]
    alone = [late[platform] for platform in PLATFORMS if platform not in FLOODED]

    channel, asked_at = many[0], clock.now()
    correction = town.publish([channel], lane=Lane.CORRECTION)
    wait_until(lambda: town.states(correction)["sent"] == 1, within_s=120)
    corrected = dict(town.rows(LATE, correction, town.city.institution_id))[channel.platform]
    before = town.rows(CALLS_BEFORE, channel.pk, correction, asked_at, correction, channel.pk)[0][0]
    behind = town.rows(
        "select count(*) from delivery_delivery where channel_id = %s and state = 'pending'", channel.pk
    )[0][0]
    tell(
        "fairness",
        {
            "flood": town.states(*flood).total(),
            "still due when the six had gone": left,
            "latest of the six, same platforms, s": round(max(shared), 2),
            "latest of the six, other platforms, s": round(max(alone), 2),
            "a correction, s": round(corrected, 2),
            "calls on its channel before it": before,
            "copies that it overtook": behind,
        },
    )
    assert len(late) == len(PLATFORMS)
    assert left > FLOOD // 4
    assert before <= 1  # the one that was in hand
    assert behind > 0
    assert engine.end() == 0
    town.clear(*flood)
