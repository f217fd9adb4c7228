"""The main job on a running Ravi: the report goes out to 360 channels, once each, and log and ledger tell the same story."""

import json
import os
import subprocess
import sys
from collections import Counter
from typing import Any

import psycopg
import pytest

from ravi.demo.load import SEED
from tests.journeys.running import ROOT, Ravi

pytestmark = pytest.mark.journey


def run_ravi(ravi: Ravi, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "RAVI_HOME": str(ravi.home),
        "PYTHONPATH": str(ROOT / "src"),
        "PATH": os.environ["PATH"],
        "HOME": str(ravi.home),
    }
    command = [sys.executable, "-m", "ravi.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)


def published(ravi: Ravi) -> Counter[tuple[str, str, str]]:
    """(platform, handle, key) of every publication in the practice platforms' log."""
    effects = [effect for effect in ravi.effects() if effect["action"] == "publish"]
    return Counter((effect["platform"], effect["handle"], effect["key"]) for effect in effects)


def sent(ravi: Ravi) -> Counter[tuple[str, str, str]]:
    """The same from the ledger, over all institutions, as the engine sees it; what a person published, or Ravi's own pages
    show, stands in no log."""
    url = json.loads((ravi.home / "run" / "state.json").read_text())["databases"]["engine"]
    with psycopg.connect(url) as connection:
        rows: list[Any] = connection.execute(
            """select c.platform, c.handle, d.key from delivery_delivery d join directory_channel c on c.id = d.channel_id
               where d.action = 'publish' and d.state = 'sent' and d.adapter not in ('manual', 'feeds')"""
        ).fetchall()
    return Counter((platform, handle, key) for platform, handle, key in rows)


def test_history_was_lived_and_not_written(ravi: Ravi) -> None:
    assert 1_000 <= ravi.lived <= 1_500
    assert set(published(ravi).values()) == {1}
    assert not sent(ravi) - published(ravi)


def test_the_report_reaches_every_channel_once(ravi: Ravi) -> None:
    before = published(ravi)
    done = run_ravi(
        ravi, "publish", str(SEED), "--as", "editor", "--approve-as", "expert", "--channels", "all", "--json"
    )
    assert done.returncode == 0, done.stderr
    copies = [json.loads(line) for line in done.stdout.splitlines()]
    assert Counter(copy["state"] for copy in copies) == {"sent": 360}
    assert all(copy["link"] for copy in copies)
    new = published(ravi) - before
    assert len(new) == 360 and set(new.values()) == {1}
    texts = Counter(effect["text"] for effect in ravi.effects() if effect.get("key") in {key for *_, key in new})
    assert len(texts) == 3  # the full report, the medium and the short words
    assert run_ravi(ravi, "audit", "verify").returncode == 0


def test_nobody_approves_their_own_words(ravi: Ravi) -> None:
    before = published(ravi)
    done = run_ravi(ravi, "publish", str(SEED), "--as", "editor", "--approve-as", "editor", "--channels", "all")
    assert done.returncode == 3
    assert published(ravi) == before


def test_doctor_finds_everything_well(ravi: Ravi) -> None:
    done = run_ravi(ravi, "doctor")
    assert done.returncode == 0, done.stdout + done.stderr
