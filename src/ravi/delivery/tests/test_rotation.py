"""Keys are replaced while copies are in flight, over a whole engine: nothing is lost, doubled or held."""

import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace as with_other
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from ravi.core import clock, crypto
from ravi.core.tenancy import tenant
from ravi.delivery.models import Delivery, Slot
from ravi.delivery.rules import State
from ravi.delivery.tests.test_worker import FIGURES, city, run, sandbox
from ravi.directory import services
from ravi.directory.models import Channel, Credential
from tests.city import City
from tests.sandbox import Sandbox

__all__ = ["city", "run", "sandbox"]
POSTS = 4
# A call that is cut on a busy machine is an unknown of its own, which is not what is asked here.
PATIENT = with_other(FIGURES, call_timeout_s=20.0, lease_s=40.0)


@pytest.fixture
def replace(city: City, sandbox: Sandbox, tmp_path: Path, settings: Any) -> Any:
    """The platform gives another key of a channel, an officer sets it, and only that one is taken from then on."""
    private, public = crypto.generate_keypair()
    (city.keys_folder / "officer.key").write_text(base64.urlsafe_b64encode(private).decode())
    settings.CREDENTIAL_PUBLIC_KEY, settings.CREDENTIAL_KEY_ID = base64.urlsafe_b64encode(public).decode(), "officer"

    def at_once(channel: Any, token: str) -> None:
        sandbox.register(channel.platform, channel.handle, token=token, keep_old=True)
        # On a connection of its own: whoever asks how far it is does so in a transaction, and the old key must not end
        # before the new one is committed.
        with ThreadPoolExecutor(1) as officer:
            officer.submit(set_key, channel, token).result()
        sandbox.register(channel.platform, channel.handle, token=token)

    def set_key(channel: Any, token: str) -> None:
        try:
            with tenant(city.institution_id):
                own = Channel.objects.get(pk=channel.pk)
                services.set_credential(own, {"base_url": sandbox.url, "token": token}, by=None)
        finally:
            connection.close()

    return at_once


def test_keys_that_are_replaced_in_flight_lose_and_double_nothing(city, run, sandbox, replace, fresh_database):
    import psycopg

    with psycopg.connect(fresh_database.admin, autocommit=True) as admin:
        for post in range(1, POSTS + 1):
            city.order(post, clock.now())
        admin.execute("update delivery_slot set gap_s = 0.05, rate_per_s = 1000, burst = 1000")
    sandbox.faults(delay_ms=250)
    rounds = [0]

    def replaced_twice_and_all_sent() -> bool:
        sent = Delivery.objects.filter(state=State.SENT).count()
        if rounds[0] < 2 and sent >= len(city.channels) * (rounds[0] + 1):
            rounds[0] += 1
            for channel in city.channels:
                replace(channel, f"key {rounds[0]} of {channel.handle}")
        return rounds[0] == 2 and not Delivery.objects.exclude(state=State.SENT).exists()

    run(replaced_twice_and_all_sent, within_s=90, figures=PATIENT)
    published = sandbox.published()
    with tenant(city.institution_id):
        keys = set(Delivery.objects.values_list("key", flat=True))
        assert not Slot.objects.exclude(hold_code="").exists()
        assert not Credential.objects.filter(outcome="refused").exists()
    assert {key: published[key] for key in keys} == dict.fromkeys(keys, 1)
    assert len(keys) == len(city.channels) * POSTS
    connection.close()
