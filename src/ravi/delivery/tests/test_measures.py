"""`/metrics` is read by Prometheus' own parser, names every figure that the page names, and no tenant or person."""

import asyncio
import re
from datetime import timedelta
from types import SimpleNamespace

from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from conftest import ROOT
from ravi.core import clock
from ravi.core.metrics import DESCRIBED
from ravi.core.pulse import note_pulse
from ravi.delivery import services
from ravi.delivery.measures import count_all
from ravi.delivery.meter import MeasuredCourier, Meter
from ravi.delivery.tests.test_services import NOW, channels, order

__all__ = ["channels"]


def read(**headers):
    answer = Client().get("/metrics", headers=headers)
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_copies_are_counted_by_state_over_all_institutions(house, channels):
    services.enqueue([order(channels[0]), order(channels[1])], by=house.editor, now=NOW)
    now = NOW + timedelta(minutes=6)
    with clock.at(now):
        count_all(now)
        found = read()
    assert found["ravi_copies", (("state", "pending"),)] == 2
    assert (found["ravi_copies_due", ()], found["ravi_copies_late", ()], found["ravi_copies_silent", ()]) == (2, 2, 2)
    assert found["ravi_copies_oldest_due_seconds", ()] == 360


def test_an_engine_counts_its_calls(monkeypatch):
    meter = Meter()
    courier = MeasuredCourier(None, None, None, None, meter=meter)
    ready = SimpleNamespace(head=SimpleNamespace(platform="telegram"))

    async def send(self, ready):
        return SimpleNamespace()

    monkeypatch.setattr("ravi.delivery.courier.Courier.send", send)
    asyncio.run(courier.send(ready))
    text = meter.figures()["text"]
    assert 'ravi_calls_total{outcome="SimpleNamespace",platform="telegram"} 1.0' in text
    assert 'ravi_call_seconds_count{platform="telegram"} 1.0' in text


def test_what_two_engines_counted_is_told_apart(house):
    for name, number in (("a", 3), ("b", 4)):
        meter = Meter()
        meter.claims.inc(number)
        note_pulse("engine", name, meter.figures())
    found = read()
    assert found["ravi_claims_total", (("engine", "a"),)] == 3
    assert found["ravi_claims_total", (("engine", "b"),)] == 4
    assert found["ravi_processes", (("kind", "engine"),)] == 2


def test_only_this_machine_or_the_token_reads(house, monkeypatch):
    assert Client().get("/metrics").status_code == 200
    assert Client().get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 404
    assert Client(REMOTE_ADDR="192.0.2.1").get("/metrics").status_code == 404
    monkeypatch.setenv("RAVI_METRICS_TOKEN", "a long token")
    for shown, expected in ((None, 404), ("Bearer another", 404), ("Bearer a long token", 200)):
        headers = {"Authorization": shown} if shown else {}
        assert Client(REMOTE_ADDR="192.0.2.1").get("/metrics", headers=headers).status_code == expected


def test_no_name_of_anybody_enters(house, channels):
    services.enqueue([order(channels[0])], by=house.editor, now=NOW)
    count_all(NOW)
    said = Client().get("/metrics").content.decode()
    for name in (house.institution.name, house.institution.slug, house.hospital.name, house.editor.username, "خبر"):
        assert name not in said


def test_page_names_every_metric_with_its_kind_and_labels():
    page = (ROOT / "docs" / "operate" / "metrics.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(ravi_\w+)` \| (\w+) \| ([^|]*) \| ([^|]*) \|$", page, re.MULTILINE))
    labels = {name: ", ".join(f"`{label}`" for label in one.labels) for name, one in DESCRIBED.items()}
    assert told == {(name, one.kind, labels[name], one.says) for name, one in DESCRIBED.items()}
    rules = {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"\bravi_\w+", page)}
    assert rules - set(DESCRIBED) == set()


def test_what_is_shown_is_described(house):
    meter = Meter()
    meter.calls.labels("telegram", "Sent").inc()
    meter.seconds.labels("telegram").observe(1)
    meter.settles.labels("sent").inc()
    note_pulse("engine", "a", meter.figures())
    shown = {re.sub(r"_(bucket|sum|count)$", "", name) for name, _labels in read()}
    assert shown <= set(DESCRIBED)
    assert {name for name in DESCRIBED if name not in shown} <= {
        "ravi_breaker_open",
        "ravi_way_failing",
        "ravi_way_answered_seconds",
    }
