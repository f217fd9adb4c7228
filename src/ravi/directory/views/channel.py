"""The list of channels, one channel, and its own facts and states."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.models import Person
from ravi.accounts.queries import rights, unit_names_visible_to
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.core.asked import words
from ravi.directory import queries, sentences, services
from ravi.directory.forms import ChannelForm, StateForm
from ravi.directory.models import Channel, Loan
from ravi.directory.names import platform_name
from ravi.directory.own_pages import OWN_PAGES
from ravi.directory.rules import ChannelState, may_edit, next_states
from ravi.directory.search import found
from ravi.directory.views.scope import visible_channel
from ravi.platforms import registry

PAGE_ROWS = 50


@dataclass(frozen=True)
class Chip:
    """One state to choose, and how many channels are in it."""

    value: str
    label: str
    count: int
    is_current: bool


@signed_in
@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    """The channels in sight, by state, platform, unit and words."""
    person = person_of(request)
    asked = {name: words(request.GET.get(name, "")) for name in ("state", "platform", "unit", "q")}
    units = unit_names_visible_to(person)
    everything = queries.channels_visible_to(person)
    platforms = list(everything.order_by("platform").values_list("platform", flat=True).distinct())
    few = _narrowed(everything, asked, units)
    counts = dict(few.order_by().values_list("state").annotate(Count("id")))
    if asked["state"] in Channel.State.values:
        few = few.filter(state=asked["state"])
    few = few.select_related("unit").annotate(
        is_lent=Exists(Loan.objects.filter(channel=OuterRef("pk"), revoked_at=None))
    )
    rows = Paginator(few, PAGE_ROWS).get_page(request.GET.get("page"))
    _warn(rows.object_list)
    page = {
        "page": rows,
        "chips": _chips(counts, asked["state"]),
        "platforms": sorted((platform_name(platform), platform) for platform in platforms),
        "units": units,
        "asked": asked,
        "is_narrowed": any(asked.values()),
        "may_open": _may_open(person),
    }
    return render(request, "directory/channels.html", page)


@signed_in
@require_safe
def channel(request: HttpRequest, pk: int) -> HttpResponse:
    """One channel with all that belongs to it."""
    person = person_of(request)
    shown = visible_channel(person, pk)
    mine = rights(person)
    credential, now = queries.credential_of(shown), clock.now()
    page = {
        "channel": shown,
        "credential": credential,
        "life": sentences.life_of(shown, credential, now) if credential else None,
        "check": sentences.check_of(credential, now) if credential else None,
        "is_by_hand": registry.is_by_hand(shown.adapter),
        "is_own": shown.adapter == OWN_PAGES,
        "findings": queries.findings_of([shown.pk]).get(shown.pk, []) if credential else [],
        "errand": queries.last_errand(shown),
        "loan": queries.standing_loan(shown),
        "custodians": [held for held in shown.custodians.select_related("person") if held.until is None],
        "may_edit": may_edit(shown.state, mine, shown.unit_id),
        "may_move": bool(next_states(shown.state, mine, shown.unit_id)),
        "may_set_credential": mine.may(Ability.SET_CREDENTIAL, shown.unit_id) and shown.state != ChannelState.RETIRED,
    }
    return render(request, "directory/channel.html", page)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Headquarters opens a channel, a unit asks for one."""
    person = person_of(request)
    if not _may_open(person):
        raise PermissionDenied(_("A channel is asked for by whoever writes for the unit."))
    is_manager = rights(person).may(Ability.MANAGE_CHANNELS)
    form = ChannelForm(
        request.POST or None,
        units=queries.units_to_open_in(person),
        with_sandbox=person.institution.is_demo,
    )
    if request.method == "POST" and form.is_valid():
        open_one = services.open_channel if is_manager else services.request_channel
        try:
            opened = open_one(form.new(), by=person)
        except services.DirectoryRefused as refusal:
            form.add_error("handle", str(refusal))
        else:
            return redirect("directory:channel", opened.pk)
    page = {"form": form, "is_manager": is_manager}
    return render(request, "directory/new.html", page, status=422 if form.is_bound else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other facts of the same channel."""
    person = person_of(request)
    shown = visible_channel(person, pk)
    mine = rights(person)
    if not may_edit(shown.state, mine, shown.unit_id):
        raise PermissionDenied(_("The facts of this channel are changed by headquarters."))
    may_list = mine.may(Ability.MANAGE_CHANNELS) and shown.state in {ChannelState.ACTIVE, ChannelState.FROZEN}
    form = ChannelForm(request.POST or None, channel=shown, may_list=may_list, with_sandbox=person.institution.is_demo)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_channel(shown, form.new(), by=person)
            if may_list:
                services.list_channel(shown, form.cleaned_data["listed"], by=person)
        except services.DirectoryRefused as refusal:
            form.add_error("handle", str(refusal))
        else:
            return redirect("directory:channel", pk)
    return render(
        request, "directory/edit.html", {"form": form, "channel": shown}, status=422 if form.is_bound else 200
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Activate, freeze or retire."""
    person = person_of(request)
    shown = visible_channel(person, pk)
    states = next_states(shown.state, rights(person), shown.unit_id)
    if not states:
        raise PermissionDenied(_("Headquarters decides about the state of this channel."))
    form = StateForm(request.POST or None, states=states, initial={"to": states[0] if len(states) == 1 else None})
    if request.method == "POST" and form.is_valid():
        try:
            to = ChannelState(form.cleaned_data["to"])
            services.move_channel(shown, to, by=person, note=form.cleaned_data["note"])
        except services.DirectoryRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("directory:channel", pk)
    return render(
        request, "directory/state.html", {"form": form, "channel": shown}, status=422 if form.is_bound else 200
    )


def _warn(channels: Iterable[Channel]) -> None:
    """Put beside each what its connection needs of people. One query."""
    shown, now = list(channels), clock.now()
    credentials = queries.credentials_of(shown)
    for channel in shown:
        channel.warning = sentences.warning_of(channel, credentials.get(channel.pk), now)


def _may_open(person: Person) -> bool:
    mine = rights(person)
    return mine.may(Ability.MANAGE_CHANNELS) or mine.may(Ability.WRITE_POST)


def _narrowed(few: QuerySet[Channel], asked: dict[str, str], units: dict[int, str]) -> QuerySet[Channel]:
    if asked["platform"]:
        few = few.filter(platform=asked["platform"])
    if asked["unit"].isdecimal():
        few = few.filter(unit_id__in=[unit_id for unit_id in units if str(unit_id) == asked["unit"]])
    return found(few, asked["q"], units) if asked["q"] else few


def _chips(counts: dict[str, int], chosen: str) -> list[Chip]:
    chips = [Chip("", _("All"), sum(counts.values()), chosen not in Channel.State.values)]
    for state_ in Channel.State:
        if counts.get(state_.value) or chosen == state_.value:
            chips.append(Chip(state_.value, str(state_.label), counts.get(state_.value, 0), chosen == state_.value))
    return chips
