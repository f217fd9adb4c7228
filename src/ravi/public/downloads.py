"""The official list as files that spreadsheets and programs read."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from ravi.core import spreadsheet
from ravi.core.calendar import both_calendars
from ravi.directory.models import Channel
from ravi.directory.names import platform_name


def as_csv(channels: Iterable[Channel]) -> str:
    """A heading and a row per channel."""
    heading = [_("Unit"), _("Platform"), _("Handle"), _("Link"), _("What for"), _("Official since")]
    return spreadsheet.as_csv(heading, (_row(channel) for channel in channels))


def _row(channel: Channel) -> list[str]:
    since = both_calendars(channel.opened_on) if channel.opened_on else ""
    named = [channel.unit.name, platform_name(channel.platform), channel.handle]
    return [*named, channel.link, channel.purpose, since]


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
