"""Texts of a channel whose account takes less than its platform documents are measured by the account's own figure."""

from typing import Any

import psycopg

from conftest import build_house
from ravi.core.tenancy import tenant
from ravi.directory import services
from ravi.directory.models import Channel
from ravi.publishing.draft import DraftFields
from ravi.publishing.queries.preview import previews

FOUND = "update directory_channel set found_limits = jsonb_build_object(%s::text, %s::float8) where id = %s"


def test_the_lower_figure_measures_this_accounts_texts_and_no_others(fresh_database: Any) -> None:
    house = build_house()
    with tenant(house.institution.pk):
        channels = [
            services.open_channel(services.NewChannel(house.hospital, "bale", "sandbox", handle, "x"), by=None)
            for handle in ("sample_low", "sample_other")
        ]

    def finds(name: str, value: float) -> None:
        with psycopg.connect(fresh_database.engine, autocommit=True) as engine:
            engine.execute(FOUND, [name, value, channels[0].pk])

    def problems(length: int) -> list[list[tuple[str, int]]]:
        fields = DraftFields(title="", text="س" * length, channel_ids=frozenset(channel.pk for channel in channels))
        with tenant(house.institution.pk):
            shown = previews(fields, list(Channel.objects.order_by("pk")))
        return [[(str(one["code"]), int(one["limit"])) for one in preview.problems] for preview in shown]

    finds("text", 200.0)
    assert problems(180) == [[], []]
    assert problems(201) == [[("too_long", 200)], []]
    finds("text", 100_000.0)
    first, second = problems(4097)
    assert first == second != []
