"""The only writer of channels: opening, moving between states, listing and editing."""

from datetime import date
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import audit, clock
from ravi.core.canonical import JSON
from ravi.directory.errors import ChannelRefused, ChannelTaken
from ravi.directory.handles import clean_handle, key_of
from ravi.directory.models import Channel
from ravi.directory.names import platform_words
from ravi.directory.notices import tell_of_move, tell_of_request
from ravi.directory.own_pages import OWN_PAGES, own_page
from ravi.directory.rules import (
    LISTABLE,
    NEEDED,
    TRANSITIONS,
    ChannelState,
    address_of,
    may_edit,
)
from ravi.directory.search import search_key
from ravi.directory.services.loan import end_loans
from ravi.text.sort_key import sort_key


class NewChannel(NamedTuple):
    """What is asked of somebody who opens a channel; `handle` as typed, `link` may be empty."""

    unit: Unit
    platform: str
    adapter: str
    handle: str
    purpose: str
    link: str = ""
    opened_on: date | None = None


def request_channel(new: NewChannel, *, by: Person) -> Channel:
    """A unit asks headquarters for a channel. Raises ChannelTaken, ChannelRefused, PermissionDenied."""
    if not rights(by).may(Ability.MANAGE_CHANNELS):
        require(by, Ability.WRITE_POST, new.unit.pk)
    channel = _add(new, ChannelState.REQUESTED, by=by)
    tell_of_request(channel, by=by)
    return channel


def open_channel(new: NewChannel, *, by: Person | None) -> Channel:
    """Headquarters opens a channel that is active and listed at once. Raises ChannelTaken, ChannelRefused."""
    _check(by, Ability.MANAGE_CHANNELS, new.unit.pk)
    return _add(new, ChannelState.ACTIVE, by=by)


@transaction.atomic
def move_channel(channel: Channel, to: ChannelState, *, by: Person | None, note: str = "") -> None:
    """Into another state: active is listed, retired is not and its loan ends. Raises ChannelRefused."""
    locked = Channel.objects.select_for_update(of=("self",)).get(pk=channel.pk)
    if to not in TRANSITIONS[ChannelState(locked.state)]:
        raise ChannelRefused(_("Somebody moved this channel meanwhile. See where it stands now and decide again."))
    _check(by, NEEDED[to], locked.unit_id)
    before = locked.state
    channel.state, channel.state_note, channel.state_at = to, note.strip(), clock.now()
    channel.listed = locked.listed if to is ChannelState.FROZEN else to is ChannelState.ACTIVE
    channel.save(update_fields=["state", "state_note", "state_at", "listed"])
    if to is ChannelState.RETIRED:
        end_loans(channel, by=by)
    _record("move_channel", channel, by, {"from": before, "to": to, "listed": channel.listed})
    tell_of_move(channel, by=by)


def list_channel(channel: Channel, listed: bool, *, by: Person) -> None:
    """Put the channel on the public list or take it off; nothing is sent on a channel off the list."""
    _check(by, Ability.MANAGE_CHANNELS, channel.unit_id)
    if listed and channel.state not in LISTABLE:
        raise ChannelRefused(_("Only an active channel can stand on the public list."))
    if channel.listed != listed:
        channel.listed = listed
        channel.save(update_fields=["listed"])
        _record("list_channel", channel, by, {"listed": listed})


@transaction.atomic
def edit_channel(channel: Channel, new: NewChannel, *, by: Person) -> None:
    """Other facts of the same channel; another handle or link has to be verified anew. Raises ChannelTaken."""
    # As it stands now: whoever froze it or took it off the list meanwhile keeps their way.
    channel.refresh_from_db(from_queryset=Channel.objects.select_for_update(of=("self",)))
    if not may_edit(channel.state, rights(by), channel.unit_id):
        require(by, Ability.MANAGE_CHANNELS, channel.unit_id)
    was = (channel.platform, channel.handle_key, channel.address, channel.link)
    _fill(channel, new._replace(unit=channel.unit))
    if was != (channel.platform, channel.handle_key, channel.address, channel.link):
        channel.verified_at, channel.verified_note = None, ""
    _save(channel)
    _record("edit_channel", channel, by, {"platform": channel.platform, "verified": channel.verified_at is not None})


def _add(new: NewChannel, state: ChannelState, *, by: Person | None) -> Channel:
    now = clock.now()
    channel = Channel(
        institution_id=new.unit.institution_id,
        unit=new.unit,
        state=state,
        state_at=now,
        listed=state in LISTABLE,
        requested_by=by,
        requested_at=now,
    )
    _fill(channel, new)
    _save(channel)
    facts: dict[str, JSON] = {"unit": new.unit.pk, "platform": new.platform, "adapter": new.adapter, "state": state}
    _record("open_channel" if state is ChannelState.ACTIVE else "request_channel", channel, by, facts)
    return channel


def _fill(channel: Channel, new: NewChannel) -> None:
    try:
        handle = clean_handle(new.platform, new.handle)
    except ValueError as error:
        raise ChannelRefused(_("This cannot be a handle on that platform.")) from error
    if new.adapter == OWN_PAGES:
        new = new._replace(link=own_page(new.unit.institution.slug, handle))
    if new.link and not new.link.startswith(("https://", "http://")):
        raise ChannelRefused(_("A link begins with https://"))
    channel.platform, channel.adapter = new.platform, new.adapter
    channel.handle, channel.handle_key = handle, key_of(handle)
    channel.link, channel.purpose, channel.opened_on = new.link, new.purpose, new.opened_on
    channel.address = address_of(new.adapter, new.platform, handle, new.link)
    channel.sort_key = sort_key(handle)
    channel.search_key = search_key(handle, new.purpose, *platform_words(new.adapter, new.platform))


def _save(channel: Channel) -> None:
    try:
        with transaction.atomic():
            channel.save()
    except IntegrityError as error:
        if "channel_once" not in str(error):
            raise
        raise ChannelTaken(_("This channel is already in the directory.")) from error


def _check(by: Person | None, ability: Ability, unit_id: int) -> None:
    if by is not None:
        require(by, ability, unit_id)


def _record(verb: str, channel: Channel, by: Person | None, facts: dict[str, JSON]) -> None:
    audit.record(verb, by=by and by.pk, subject=channel, institution_id=channel.institution_id, facts=facts)
