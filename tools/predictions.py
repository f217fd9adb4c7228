"""Writes the figures of docs/predictions.md from what the contract's own test noted while it ran.

RAVI_PREDICTIONS=/tmp/figures RAVI_TEST_FULL=1 .venv/bin/python -m pytest -n0 -k what_is_predicted src/ravi tests/servers
.venv/bin/python tools/predictions.py /tmp/figures
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ravi.platforms import registry

PAGE = Path(__file__).resolve().parent.parent / "docs" / "predictions.md"
TABLE = re.compile(r"^\| platform \|.*?(?=\n\n)", re.MULTILINE | re.DOTALL)
HEAD = "| platform | judge | as predicted | stricter by choice | wrong |\n|---|---|---|---|---|"
# Who judges; of the strict servers, the independent clients that judge them in turn.
JUDGES = {
    "wordpress": "a real WordPress",
    "matrix": "a real Synapse",
    "bluesky": "a real PDS",
    "email": "a real SMTP server",
    "feeds": "Ravi's own feeds, read as a feed reader does",
    "telegram": "strict server, judged by python-telegram-bot and aiogram",
    "bale": "strict server, judged by balethon",
    "soroush": "strict server, judged by aiosplus",
    "eitaa": "strict server, judged by eitaapy and eitaayarbot",
    "rubika": "strict server, judged by aiorubi and peyk",
    "mastodon": "strict server, judged by Mastodon.py and atoot",
    "facebook": "strict server, judged by python-facebook-api and facebook-sdk",
    "x": "strict server, judged by xdk and tweepy",
}
SANDBOX = "sandbox"


def main(noted: str) -> None:
    """Put the table anew; what is not among the figures is missing from it, and a test says so."""
    lines = [json.loads(line) for line in Path(noted).read_text("utf-8").splitlines()]
    page = PAGE.read_text("utf-8")
    PAGE.write_text(TABLE.sub(lambda _: "\n".join([HEAD, *rows(lines)]), page, count=1), "utf-8")


def rows(lines: list[dict[str, Any]]) -> Iterator[str]:
    found = {line["platform"]: line for line in lines if f".{SANDBOX}." not in line["place"]}
    for platform, judge in JUDGES.items():
        if line := found.get(platform):
            yield row(registry.profile(platform, platform).name_en, judge, [line])
    if played := [line for line in lines if f".{SANDBOX}." in line["place"]]:
        yield row("the sandbox's six, together", "its own server", played)


def row(name: str, judge: str, lines: list[dict[str, Any]]) -> str:
    figures = [sum(line[kind] for line in lines) for kind in ("right", "cautious", "wrong")]
    return f"| {name} | {judge} | {' | '.join(f'{one:,}' for one in figures)} |"


if __name__ == "__main__":
    main(*sys.argv[1:])
