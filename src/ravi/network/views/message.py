"""The list of network messages, a new one, one message with all that belongs to it, and its end."""

from django.contrib import messages as say
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ravi.accounts.access import needs, person_of
from ravi.accounts.rules import Ability
from ravi.accounts.services import wait_for_turn
from ravi.core.asked import words
from ravi.network import queries, services
from ravi.network.draft import MessageFields
from ravi.network.errors import NetworkRefused
from ravi.network.models import Message
from ravi.network.pages import based_on, standing
from ravi.network.pages.share import share_of
from ravi.network.pages.words import shown
from ravi.network.pattern import PATTERNS, pattern
from ravi.network.queries.correct_message import answers_to_correct, correction_of, is_correctable
from ravi.network.queries.withdraw_message import is_withdrawable, may_withdraw_message
from ravi.network.rules import Aim, MessageState, TargetKind
from ravi.network.views.scope import issuing_unit, just_begun, may_write, own_message, visible_message

PER_PAGE = 25
READERS = (Ability.OFFER_MESSAGE, Ability.APPROVE_HEALTH_POST, Ability.READ_AUDIT)


@require_safe
@needs(*READERS)
def messages(request: HttpRequest) -> HttpResponse:
    """The latest first, by where they stand; above them what waits for one's own yes."""
    person = person_of(request)
    visible = queries.messages_visible_to(person)
    found = dict(visible.order_by().values_list("state").annotate(Count("pk")))
    asked = words(request.GET.get("state", ""))
    kept = visible.filter(state=asked) if asked in set(MessageState) else visible
    rows = Paginator(kept.annotate(offered_to=Count("offers")).order_by("-created_at", "-pk"), PER_PAGE)
    page = {
        "page": rows.get_page(request.GET.get("page")),
        "chips": standing.chips(found, asked),
        "waiting": list(queries.versions_awaiting(person)[:PER_PAGE]),
        "campaigns": list(queries.campaigns_visible_to(person).filter(state="open").order_by("-created_at")[:5]),
        "may_write": may_write(request),
    }
    return render(request, "network/messages.html", page)


@require_http_methods(["GET", "POST"])
@needs(Ability.OFFER_MESSAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Begin with a template of the house, or with an empty page."""
    if request.method != "POST":
        return render(request, "network/new.html", {"patterns": PATTERNS})
    person = person_of(request)
    chosen = pattern(request.POST.get("pattern", ""))
    unit = issuing_unit(request)
    with transaction.atomic():
        wait_for_turn(person)
        begun = just_begun(request, chosen.words.title)
        if begun is None or begun.versions.get().revision > 1:
            fields = MessageFields(topic=chosen.topic, kind=chosen.kind, aims=(Aim(TargetKind.TREE, unit.pk),))
            begun = services.draft_message(unit, fields, chosen.words, by=person)
    return redirect("network:words", pk=begun.pk)


@require_safe
@needs(*READERS)
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands, the words that units have, and the draft that is being written."""
    of = visible_message(request, pk)
    draft = queries.draft_of(of)
    page = {
        "message": of,
        "standing": standing.of(of, draft),
        "current": shown(of.current) if of.current else None,
        "draft": shown(draft) if draft else None,
        "endorsement": queries.endorsement_of(draft) if draft else None,
        "answers": standing.answers(of),
        "behind": based_on.summary(of),
        "correction": correction_of(of.current) if of.current else None,
        "may_correct": _may_correct(request, of),
        "is_withdrawable": is_withdrawable(of),
        "may_withdraw": is_withdrawable(of) and may_withdraw_message(person_of(request), of),
        "share": share_of(of, is_counted=True),
        "aims": standing.aims(of),
        "may_write": queries.may_offer(person_of(request), of)
        and of.state in (MessageState.DRAFT, MessageState.OFFERED),
    }
    return render(request, "network/message.html", page)


def _may_correct(request: HttpRequest, of: Message) -> bool:
    """Whether older words may be out, and this person corrects them."""
    version = of.current
    if version is None or not is_correctable(of) or not queries.may_offer(person_of(request), of):
        return False
    return answers_to_correct(version).exists()


@require_http_methods(["GET", "POST"])
@needs(Ability.OFFER_MESSAGE)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once: no unit answers any more, what was published stands."""
    of = own_message(request, pk)
    if request.method == "POST":
        return _end(request, of)
    return render(request, "network/end.html", {"message": of, "open_offers": of.offers.filter(state="open").count()})


def _end(request: HttpRequest, of: Message) -> HttpResponse:
    try:
        services.end_message(of, by=person_of(request))
    except NetworkRefused as refused:
        say.warning(request, str(refused))
    else:
        say.success(request, _("This message has ended."))
    return redirect("network:message", pk=of.pk)
