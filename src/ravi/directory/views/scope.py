"""Which channel an address means."""

from django.shortcuts import get_object_or_404

from ravi.accounts.models import Person
from ravi.directory import queries
from ravi.directory.models import Channel


def visible_channel(person: Person, pk: int) -> Channel:
    """404 for a channel of a unit or an institution out of sight."""
    return get_object_or_404(queries.channels_visible_to(person).select_related("unit", "requested_by"), pk=pk)
