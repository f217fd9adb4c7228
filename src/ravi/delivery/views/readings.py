"""Pages of numbers: a message's, a channel's, one that somebody saw, and tables out and in."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ravi.accounts.access import person_of, require, signed_in
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import blob, clock
from ravi.core.calendar import number
from ravi.core.pictures import PictureRefused, draw_anew
from ravi.delivery.models import Delivery
from ravi.delivery.pages import copies, numbers
from ravi.delivery.pages.curve import curve
from ravi.delivery.queries import deliveries_visible_to
from ravi.delivery.readings import queries, services, table
from ravi.delivery.readings.forms import FileForm, ReadingForm, sealed, unsealed
from ravi.delivery.readings.rules import OF_POST, Kind, Source
from ravi.delivery.rules import Action, State
from ravi.directory.models import Channel
from ravi.directory.queries import channels_by_id, channels_visible_to

CURVE_DAYS = 90
SUFFIX = {"image/jpeg": "jpg", "image/png": "png", services.CSV: "csv"}


@require_safe
@signed_in
def post_numbers(request: HttpRequest, post_id: int) -> HttpResponse:
    """What came of a message, platform by platform, over the copies in sight."""
    found = _sent(request, post_id)
    context = {"message": numbers.of_message(found), "may_bring": rights(person_of(request)).may(Ability.WRITE_POST)}
    return render(request, "delivery/post_numbers.html", context)


@require_safe
@signed_in
def post_csv(request: HttpRequest, post_id: int) -> HttpResponse:
    """The same, copy by copy, for a spreadsheet."""
    return _file(table.written(numbers.cells_of_message(_sent(request, post_id))), f"numbers-{post_id}.csv")


@require_safe
@signed_in
def channel_numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """A channel's followers over the last three months."""
    channel = _channel(request, pk)
    readings = queries.followers_of(channel.pk, since=clock.now() - timedelta(days=CURVE_DAYS))
    context = {
        "channel": channel,
        "said": numbers.of_channel(channel),
        "curve": curve(readings),
        "days": CURVE_DAYS,
        "may_write": rights(person_of(request)).may(Ability.WRITE_POST, channel.unit_id),
    }
    return render(request, "delivery/channel_numbers.html", context)


@require_safe
@signed_in
def channel_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """All that was ever said of a channel's followers, for a spreadsheet."""
    channel = _channel(request, pk)
    return _file(table.written(numbers.cells_of_channel(channel)), f"followers-{channel.pk}.csv")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def copy_reading(request: HttpRequest, pk: int) -> HttpResponse:
    """A number of a copy that somebody saw."""
    found = deliveries_visible_to(person_of(request)).filter(action=Action.PUBLISH, stage=State.SENT)
    copy = get_object_or_404(found, pk=pk)
    told = queries.tells(copy.adapter, copy.platform)
    first = next((kind for kind in OF_POST if kind not in told), Kind.VIEWS)
    channel = channels_by_id([copy.channel_id])[copy.channel_id]
    return _reading(request, channel, copy, back=reverse("delivery:delivery", args=[pk]), first=first)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def channel_reading(request: HttpRequest, pk: int) -> HttpResponse:
    """A channel's followers as somebody saw them."""
    channel = _channel(request, pk)
    return _reading(request, channel, None, back=reverse("delivery:channel_numbers", args=[pk]), first=Kind.FOLLOWERS)


@require_safe
@signed_in
def reading_evidence(request: HttpRequest, reading_id: int) -> HttpResponse:
    """The picture, drawn anew, or the file that a number came from; for this browser only."""
    person = person_of(request)
    reading = get_object_or_404(queries.evidence_visible_to(person), pk=reading_id)
    if reading.source == Source.FILE and reading.by_id != person.pk and not rights(person).sees_all:
        raise Http404  # its other rows may tell of other units
    kept = blob.find(reading.institution_id, reading.evidence_sha256) if reading.evidence_sha256 else None
    if kept is None:
        raise Http404
    content, media_type = kept
    shown = "inline" if media_type.startswith("image/") else "attachment"
    headers = {
        "Cache-Control": "private, max-age=86400, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'{shown}; filename="{reading.evidence_sha256[:12]}.{SUFFIX[media_type]}"',
    }
    return HttpResponse(content, content_type=media_type, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bring_readings(request: HttpRequest) -> HttpResponse:
    """A file of numbers: looked through first, kept with a second yes."""
    person = person_of(request)
    if not rights(person).may(Ability.WRITE_POST):
        raise PermissionDenied(_("This is for other roles."))
    if request.method == "POST" and "table" in request.POST:
        return _keep(request)
    form = FileForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form}
    if form.is_bound and form.is_valid():
        try:
            looked = table.look_through(form.cleaned_data["file"], by=person, now=clock.now())
        except table.Unreadable as reason:
            form.add_error("file", str(reason))
        else:
            context |= {"looked": looked, "table": sealed(form.cleaned_data["file"])}
    is_wrong = form.is_bound and (not form.is_valid() or bool(getattr(context.get("looked"), "faults", ())))
    return render(request, "delivery/bring_readings.html", context, status=422 if is_wrong else 200)


def _keep(request: HttpRequest) -> HttpResponse:
    content, person, now = unsealed(request.POST["table"]), person_of(request), clock.now()
    if content is None:
        messages.warning(request, _("This page is too old. Choose the file once more."))
        return redirect("delivery:bring_readings")
    looked = table.look_through(content, by=person, now=now)
    if looked.faults:
        messages.warning(request, _("Something has changed since you looked. Choose the file once more."))
        return redirect("delivery:bring_readings")
    kept = services.take_file(looked.numbers, content=content, by=person, now=now)
    said = ngettext("%(n)s number was kept.", "%(n)s numbers were kept.", kept) % {"n": number(kept)}
    if known := len(looked.numbers) - kept:
        text = ngettext("%(n)s was here already.", "%(n)s were here already.", known)
        said = f"{said} {text % {'n': number(known)}}"
    messages.success(request, said)
    return redirect("delivery:bring_readings")


def _reading(request: HttpRequest, channel: Channel, copy: Delivery | None, *, back: str, first: Kind) -> HttpResponse:
    person, now = person_of(request), clock.now()
    require(person, Ability.WRITE_POST, channel.unit_id)
    initial = {"kind": first.value, "taken_at": now, "link": copy.link if copy else channel.link}
    form = ReadingForm(request.POST or None, request.FILES or None, of_post=copy is not None, initial=initial)
    if form.is_bound and form.is_valid() and _write(form, channel, copy, request):
        messages.success(request, _("Written down. A wrong number is corrected by writing another one."))
        return redirect(back)
    context = {
        "form": form,
        "back": back,
        "channel": channel,
        "copy": copies.told([copy])[0] if copy else None,
    }
    return render(request, "delivery/reading.html", context, status=422 if form.is_bound else 200)


def _write(form: ReadingForm, channel: Channel, copy: Delivery | None, request: HttpRequest) -> bool:
    """Keep what the form says; what is refused stands beside its field."""
    data = form.cleaned_data
    said = services.Number(
        channel=channel,
        delivery=copy,
        kind=Kind(data["kind"]),
        value=data["value"],
        taken_at=data["taken_at"],
        evidence_link=data["link"],
    )
    try:
        picture = draw_anew(data["picture"]) if data["picture"] else None
        services.write_down(said, picture=picture, by=person_of(request), now=clock.now())
    except PictureRefused as refused:
        form.add_error("picture", str(refused))
    except services.NoReading as refused:
        form.add_error("taken_at", str(refused))
    return not form.errors


def _sent(request: HttpRequest, post_id: int) -> list[Delivery]:
    found = queries.sent_copies(person_of(request), post_id)
    if not found:
        raise Http404
    return found


def _channel(request: HttpRequest, pk: int) -> Channel:
    return get_object_or_404(channels_visible_to(person_of(request)).select_related("unit"), pk=pk)


def _file(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
