"""The ledger's SQL for what people did by hand. The same walls as the engine's fence stand before a new publication:
stop orders, expiry, the public list; nothing of it is ever sent by a program.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ravi.delivery import rules
from ravi.delivery.store.desk import CHANGED_BY_PERSON, Cursor, change
from ravi.delivery.store.scopes import STOPPED
from ravi.delivery.store.statements import SHARE_FENCE

_WAITS = "d.state = 'held' and d.adapter = 'manual' and d.error_code = 'by_hand'"
_MAY_APPEAR = f"""
not {STOPPED} and (d.action = 'delete' or ((d.valid_until is null or d.valid_until > %(now)s) and exists (
    select 1 from directory_channel c where c.id = d.channel_id and c.state = 'active' and c.listed)))
"""  # noqa: S608 -- built from constants
# The address stands for the platform's own id: an answer to this copy can name it.
_SENT = """
state = 'sent', sent_at = %(now)s, settled_at = %(now)s, error_code = '', error_detail = '',
link = left(%(link)s, 2000), remote_id = left(%(link)s, 500)
"""
DONE = CHANGED_BY_PERSON.format(condition=f"{_WAITS} and {_MAY_APPEAR}", settings=_SENT)
NOT_DONE = CHANGED_BY_PERSON.format(
    condition=_WAITS,
    settings=f"state = 'failed', settled_at = %(now)s, error_code = '{rules.Code.NOT_DONE}',"
    " error_detail = left(%(reason)s, 500)",
)
DONE_ALL_THE_SAME = CHANGED_BY_PERSON.format(
    condition="d.adapter = 'manual' and (d.state in ('failed', 'missed')"
    f" or (d.action = 'publish' and d.state in ('cancelled', 'superseded'))) and not {STOPPED}",
    settings=_SENT,
)
_YOUNG = f"""
d.adapter = 'manual' and d.state = 'sent' and not d.is_kept_back
and d.settled_at > %(now)s - interval '{rules.TAKE_BACK_S} seconds'
and not exists (select 1 from delivery_delivery o where o.about_id = d.id
    and o.state not in ('failed', 'missed', 'cancelled', 'superseded'))
"""  # noqa: S608 -- built from constants
TAKEN_BACK = CHANGED_BY_PERSON.format(
    condition=_YOUNG,
    settings="state = 'held', error_code = 'by_hand', sent_at = null, settled_at = null, link = '', remote_id = ''",
)
NEW_LINK = CHANGED_BY_PERSON.format(
    condition="d.adapter = 'manual' and d.state = 'sent'",
    settings="link = left(%(link)s, 2000), remote_id = left(%(link)s, 500)",
)


def done(cursor: Cursor, ids: Sequence[int], *, link: str, by: int | None, now: datetime) -> list[int]:
    """A person did what these copies ask for; the ids that still waited and that nothing forbids."""
    cursor.execute(SHARE_FENCE)  # as the engine does: a stop comes wholly before this, or wholly after
    return _change(cursor, DONE, ids, "done_by_hand", by=by, now=now, link=link)


def not_done(cursor: Cursor, ids: Sequence[int], *, reason: str, by: int | None, now: datetime) -> list[int]:
    """A person could not do it; the ids that still waited."""
    return _change(cursor, NOT_DONE, ids, "not_done", by=by, now=now, reason=reason)


def done_all_the_same(cursor: Cursor, ids: Sequence[int], *, link: str, by: int | None, now: datetime) -> list[int]:
    """Copies that were given up stand there after all; the ids of those that no stop covers: giving up is no way round."""
    cursor.execute(SHARE_FENCE)
    return _change(cursor, DONE_ALL_THE_SAME, ids, "done_all_the_same", by=by, now=now, link=link)


def taken_back(cursor: Cursor, ids: Sequence[int], *, by: int | None, now: datetime) -> list[int]:
    """Confirmations that were mistakes wait again; the ids of those young enough, and not changed since."""
    return _change(cursor, TAKEN_BACK, ids, "taken_back", by=by, now=now)


def new_link(cursor: Cursor, ids: Sequence[int], *, link: str, by: int | None, now: datetime) -> list[int]:
    """Another address of what was confirmed; the ids."""
    return _change(cursor, NEW_LINK, ids, "new_link", by=by, now=now, link=link)


def _change(cursor: Cursor, statement: str, ids: Sequence[int], cause: str, **values: Any) -> list[int]:
    return change(cursor, statement, ids, cause=cause, **values)
