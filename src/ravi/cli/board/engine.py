"""The engine's own questions above the archive, as its role: claim, fence, tending, the audit chain; all rolled back."""

import time
from datetime import datetime
from typing import Any

import psycopg

from ravi.cli.board.visit import Question
from ravi.delivery.engine.values import Policy
from ravi.delivery.store import statements as sql
from ravi.delivery.store.chain import BACK, EVER, LAG
from ravi.delivery.store.waiting import SILENT, silent_figures

CLAIM, RUNS = 200, 5
OPTIONS = "-c timezone=UTC -c plan_cache_mode=force_generic_plan -c jit=off"  # as store/connection.py


def questions(url: str, now: datetime) -> dict[str, Question]:
    """Name -> question with its times and its plan."""
    values: dict[str, Any] = {"now": now, "limit": CLAIM, "block_s": Policy().unknown_block_s}
    found: dict[str, Question] = {}
    with psycopg.connect(url, prepare_threshold=0, options=OPTIONS) as connection:
        slots = connection.execute(sql.READY_SLOTS.encode(), values).fetchall()
        heads = connection.execute(sql.HEADS.encode(), values | {"channels": [row[0] for row in slots]}).fetchall()
        taken = {
            "ids": [row[0] for row in heads], "attempts": [1] * len(heads), "scopes": [""] * len(heads),
            "leases": [now.timestamp() + 60] * len(heads), "lease_until": now.timestamp() + 60, "owner": "bench",
        }  # fmt: skip
        connection.rollback()
        linked = connection.execute(sql.LINKED.encode()).fetchall()
        seen = {"institutions": [row[0] for row in linked], "sinces": [_last(connection, row[0]) for row in linked]}
        chain = {"until": now - LAG, **seen}
        asked = {
            "claim: channels that are ready": (sql.READY_SLOTS, values),
            "claim: first copy of each channel": (sql.HEADS, values | {"channels": [row[0] for row in slots]}),
            "claim: take them": (sql.TAKE, values | taken),
            "fence": (sql.BEGIN, values | taken),
            "leases that ended": (sql.WITH_LEASE_ENDED, values),
            "copies that are too late": (sql.WITH_OVERDUE, values),
            "unknown copies to look at": (sql.LOOK, values | {"until": now.timestamp() + 60}),
            "channels that nobody wakes": (sql.MEND, values),
            "copies that cannot say why they wait": (SILENT, silent_figures(now)),
            "chain: where it stands": (sql.LINKED, {}),
            "chain: first look": (sql.UNLINKED_TENANTS, chain | {"floor": EVER}),
            "chain: every look": (sql.UNLINKED_TENANTS, chain | {"floor": now - BACK}),
        }
        for name, (statement, given) in asked.items():
            found[name] = _question(
                connection, statement, given, before=(sql.TAKE, values | taken) if name == "fence" else None
            )
    return found


def _last(connection: psycopg.Connection[Any], institution: int) -> int:
    """As if everything that lies in the archive were linked."""
    row = connection.execute(
        "select id from delivery_ledger where institution_id = %s and owner <> '' order by id desc limit 1",
        [institution],
    ).fetchone()
    return int(row[0]) if row else 0


def _question(
    connection: psycopg.Connection[Any],
    statement: str,
    values: dict[str, Any],
    before: tuple[str, dict[str, Any]] | None,
) -> Question:
    question = Question(statement, values)
    for number in range(RUNS + 2):
        if before:
            connection.execute(before[0].encode(), before[1])
        began = time.perf_counter()
        connection.execute(statement.encode(), values)
        if number > 0:
            question.ms.append((time.perf_counter() - began) * 1000)
        connection.rollback()
    if before:
        connection.execute(before[0].encode(), before[1])
    question.plan = [row[0] for row in connection.execute(f"explain (analyze, buffers) {statement}".encode(), values)]
    connection.rollback()
    return question
