"""Copies that a person does by hand: the list, one copy's packet, and what the person says about it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ravi.accounts.access import person_of, signed_in
from ravi.core import asked, blob, clock
from ravi.core.pictures import PictureRefused
from ravi.core.qr import qr_svg
from ravi.delivery.errors import Refused
from ravi.delivery.models import Delivery
from ravi.delivery.pages import copies
from ravi.delivery.payload import read_payload
from ravi.delivery.queries import by_hand_visible_to, deliveries_visible_to, evidence_of
from ravi.delivery.rules import MANUAL, Action
from ravi.directory.queries import channels_by_id
from ravi.publishing import services
from ravi.publishing.forms import DoneForm, LinkForm, NotDoneForm
from ravi.publishing.pages.packet import Packet
from ravi.publishing.queries import posts_visible_to
from ravi.publishing.queries.hand import done_by, may_do_by_hand

PER_PAGE = 20
SUFFIX = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "video/mp4": "mp4",
    "text/vtt": "vtt",
}
FORMS = {"done": DoneForm, "not_done": NotDoneForm, "link": LinkForm}


@require_safe
@signed_in
def hands(request: HttpRequest) -> HttpResponse:
    """What waits for a hand in sight, what is due first on top; `?post=` and `?platform=` keep one cause of a board."""
    person = person_of(request)
    found = _narrowed(request, by_hand_visible_to(person)).select_related("about").order_by("due_at", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    context = {
        "page": page,
        "copies": copies.told_with_posts(listed),
        "mine": done_by(person, listed),
        "back": _message(request),
    }
    return render(request, "publishing/hands.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hand(request: HttpRequest, pk: int) -> HttpResponse:
    """The packet; a POST says that it is done."""
    delivery = _by_hand(request, pk)
    if request.method != "POST":
        return _page(request, delivery)
    packet = _packet(request, delivery)
    form = DoneForm(request.POST, request.FILES, delivery=delivery, channel=packet.channel)
    if request.POST.get("standing") == "given_up":
        return _answered(request, delivery, form, services.report_all_the_same)
    return _answered(request, delivery, form, services.report_done)


@require_POST
@signed_in
def hand_failure(request: HttpRequest, pk: int) -> HttpResponse:
    """It could not be done, and why."""
    delivery = _by_hand(request, pk)
    form = NotDoneForm(request.POST, delivery=delivery, channel=_packet(request, delivery).channel)
    return _answered(request, delivery, form, services.report_not_done)


@require_POST
@signed_in
def hand_link(request: HttpRequest, pk: int) -> HttpResponse:
    """The address was another."""
    delivery = _by_hand(request, pk)
    if delivery.action != Action.PUBLISH:
        raise Http404
    form = LinkForm(request.POST, request.FILES, delivery=delivery, channel=_packet(request, delivery).channel)
    return _answered(request, delivery, form, services.correct_link)


@require_POST
@signed_in
def hand_undoing(request: HttpRequest, pk: int) -> HttpResponse:
    """The confirmation was a mistake."""
    delivery = _by_hand(request, pk)
    try:
        services.take_back_report(delivery, by=person_of(request))
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Taken back. It waits for a hand again."))
    return redirect("publishing:hand", pk)


@require_safe
@signed_in
def hand_image(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """One prepared image or video of the packet, to be kept on the phone; `?part=` asks for a video's picture or captions."""
    delivery = _by_hand(request, pk)
    media = read_payload(delivery.payload)["media"]
    if not 1 <= place <= len(media):
        raise Http404
    item = media[place - 1]
    if "part" in request.GET:
        item = item.get(request.GET["part"]) if request.GET["part"] in ("thumbnail", "captions") else None
    if not item:
        raise Http404
    return _bytes(delivery, item["sha256"], item["media_type"], f"{delivery.platform}-{delivery.post_id}-{place}")


@require_safe
@signed_in
def hand_evidence(request: HttpRequest, pk: int, report_id: int) -> HttpResponse:
    """The picture that somebody gave with a report."""
    delivery = _by_hand(request, pk)
    report = evidence_of(delivery, report_id)
    if report is None:
        raise Http404
    return _bytes(delivery, report.evidence, report.media_type, f"evidence-{report.pk}")


def _message(request: HttpRequest) -> int | None:
    """The message whose board leads here, where it is in sight: its copies may be of a unit that does not see it."""
    post = asked.whole(request.GET.get("post", ""))
    return post if post is not None and posts_visible_to(person_of(request)).filter(pk=post).exists() else None


def _by_hand(request: HttpRequest, pk: int) -> Delivery:
    found = deliveries_visible_to(person_of(request)).filter(adapter=MANUAL).select_related("about")
    return get_object_or_404(found, pk=pk)


def _narrowed(request: HttpRequest, found: QuerySet[Delivery]) -> QuerySet[Delivery]:
    post, platform = asked.whole(request.GET.get("post", "")), asked.words(request.GET.get("platform", ""))
    found = found if post is None else found.filter(post_id=post)
    return found.filter(platform=platform) if platform else found


def _packet(request: HttpRequest, delivery: Delivery) -> Packet:
    person = person_of(request)
    channel = channels_by_id([delivery.channel_id])[delivery.channel_id]
    return Packet(delivery, channel, person, may_do=may_do_by_hand(person, delivery), now=clock.now())


def _page(request: HttpRequest, delivery: Delivery, form: Any = None) -> HttpResponse:
    packet = _packet(request, delivery)
    named = {"delivery": delivery, "channel": packet.channel}
    kinds = FORMS if delivery.action == Action.PUBLISH else {name: FORMS[name] for name in ("done", "not_done")}
    shown = {name: form if type(form) is kind else kind(**named) for name, kind in kinds.items()}
    here = request.build_absolute_uri(request.path)
    context = {"packet": packet, "forms": shown, "qr": qr_svg(here, _("The address of this page, for the phone"))}
    return render(request, "publishing/hand.html", context, status=422 if form is not None else 200)


def _answered(request: HttpRequest, delivery: Delivery, form: Any, report: Any) -> HttpResponse:
    if not form.is_valid():
        return _page(request, delivery, form)
    try:
        report(delivery, form.told(), by=person_of(request))
    except PictureRefused as refused:
        form.add_error("picture", str(refused))
        return _page(request, delivery, form)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _thanks(delivery, form))
    return redirect("publishing:hand", delivery.pk)


def _thanks(delivery: Delivery, form: Any) -> str:
    if isinstance(form, NotDoneForm):
        return _("Noted, with your reason. Whoever wrote the message is told.")
    if isinstance(form, LinkForm):
        return _("Noted: this is its link now. The earlier one stays in the record.")
    if delivery.action == Action.DELETE:
        return _("Noted: it is gone.")
    return (
        _("Noted: it counts as published, by hand.") if delivery.action == Action.PUBLISH else _("Noted: it is done.")
    )


def _bytes(delivery: Delivery, sha256: str, media_type: str, name: str) -> HttpResponse:
    headers = {
        "Cache-Control": "private, max-age=86400, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'attachment; filename="{name}.{SUFFIX.get(media_type, "bin")}"',
    }
    try:
        content = blob.get(delivery.institution_id, sha256)
    except ObjectDoesNotExist as gone:
        raise Http404 from gone
    return HttpResponse(content, content_type=media_type, headers=headers)
