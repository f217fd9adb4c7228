"""One page of a list, whatever its rows are."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ravi.api.problems import Problem
from ravi.api.rules import cursor_before, read_cursor
from ravi.api.schemas.parts import Paging


def page_of(rows: QuerySet[Any], paging: Paging, told: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """The newest rows, or those before the cursor. Raises Problem for a cursor that is none of ours."""
    rows = rows.order_by("-pk")
    if paging.cursor:
        before = read_cursor(paging.cursor)
        if before is None:
            raise Problem(422, "cursor", _("This is no cursor that Ravi gave. Begin with the first page."))
        rows = rows.filter(pk__lt=before)
    found = list(rows[: paging.limit + 1])
    shown = found[: paging.limit]
    is_last = len(found) == len(shown)
    return {"items": [told(one) for one in shown], "next": None if is_last else cursor_before(shown[-1].pk)}
