"""The official list as files that spreadsheets and programs read."""

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from ravi.core.calendar import both_calendars
from ravi.directory.models import Channel
from ravi.directory.names import platform_name

# A cell that begins like this is run as a formula by spreadsheets.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """The text so that no spreadsheet runs it (ASVS 5.0, 1.2.10)."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def as_csv(channels: Iterable[Channel]) -> str:
    """A heading and a row per channel, every cell quoted, after the byte order mark that Excel needs."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_("Unit"), _("Platform"), _("Handle"), _("Link"), _("What for"), _("Official since")])
    for channel in channels:
        since = both_calendars(channel.opened_on) if channel.opened_on else ""
        row = [
            channel.unit.name,
            platform_name(channel.platform),
            channel.handle,
            channel.link,
            channel.purpose,
            since,
        ]
        writer.writerow([safe_cell(cell) for cell in row])
    return out.getvalue()


def as_json(channels: Iterable[Channel]) -> list[dict[str, str | None]]:
    """The same as plain values; `platform` is its key, dates are ISO 8601."""
    return [
        {
            "unit": channel.unit.name,
            "platform": channel.platform,
            "handle": channel.handle,
            "link": channel.link or None,
            "purpose": channel.purpose,
            "official_since": channel.opened_on.isoformat() if channel.opened_on else None,
        }
        for channel in channels
    ]
