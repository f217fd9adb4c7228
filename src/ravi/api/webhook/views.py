"""Addresses that Ravi tells of what happens: the list, a new one, one with its log, and its switches."""

import os
from collections.abc import Callable
from typing import Any

from django.contrib import messages as say
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ravi.accounts.access import needs, person_of
from ravi.accounts.rules import Ability
from ravi.accounts.second_factor import prove_first, proved_lately
from ravi.api.models import Webhook
from ravi.api.webhook import page as pages
from ravi.api.webhook import queries, services
from ravi.api.webhook.errors import WebhookRefused
from ravi.api.webhook.form import WORDS, WebhookForm
from ravi.api.webhook.rules import KEPT_DAYS
from ravi.core.egress import Egress

PER_PAGE = 50
FRESH = "fresh_webhook"
mine = needs(Ability.MANAGE_WEBHOOKS)


@require_safe
@mine
def webhooks(request: HttpRequest) -> HttpResponse:
    """Those of one's units, with whether each hears."""
    rows = queries.webhooks_visible_to(person_of(request)).order_by("name", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "api/webhooks.html", {"page": page, "rows": [(one, pages.standing(one)) for one in page]})


@require_http_methods(["GET", "HEAD", "POST"])
@mine
def new_webhook(request: HttpRequest) -> HttpResponse:
    """Made once the second factor was proved, since its secret is shown."""
    if not proved_lately(request):
        return prove_first(request, reverse("api:new_webhook"))
    person = person_of(request)
    form = WebhookForm(request.POST or None, units=queries.units_with_webhooks(person).order_by("path"))
    if request.method == "POST" and form.is_valid():
        try:
            unit = form.cleaned_data["unit"]
            made, secret = services.add_webhook(unit, **form.said(), egress=_egress(), by=person)
        except WebhookRefused as refused:
            form.add_error(None, str(refused))
        else:
            request.session[FRESH] = [made.pk, secret]
            return redirect("api:webhook", webhook_id=made.pk)
    return _form(request, form)


@require_safe
@mine
def webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """One address with its log, and once its new secret."""
    found = _visible(request, webhook_id)
    fresh = request.session.pop(FRESH, None)
    page = Paginator(found.calls.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    told = {
        "webhook": found,
        "standing": pages.standing(found),
        "events": [WORDS[one] for one in found.events if one in WORDS],
        "secret": fresh[1] if fresh and fresh[0] == found.pk else "",
        "page": page,
        "days": KEPT_DAYS,
        "rows": [pages.call_line(one) for one in page],
    }
    return render(request, "api/webhook.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@mine
def edit_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """What it is called, where it stands, what it is told."""
    found = _visible(request, webhook_id)
    form = WebhookForm(request.POST or None, webhook=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_webhook(found, **form.said(), egress=_egress(), by=person_of(request))
        except WebhookRefused as refused:
            form.add_error(None, str(refused))
        else:
            say.success(request, _("Kept."))
            return redirect("api:webhook", webhook_id=found.pk)
    return _form(request, form, found)


@require_POST
@mine
def renew_secret(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Another secret; the one before holds for a day beside it."""
    found = _visible(request, webhook_id)
    if not proved_lately(request):
        return prove_first(request, reverse("api:webhook", args=[found.pk]))

    def renew() -> str:
        request.session[FRESH] = [found.pk, services.renew_secret(found, by=person_of(request))]
        return _("Both secrets hold for a day. Give the other program the new one until then.")

    return _done(request, found, renew)


@require_POST
@mine
def switch_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Off, or on again."""
    found, is_on = _visible(request, webhook_id), "on" in request.POST

    def switch() -> str:
        services.switch_webhook(found, is_on=is_on, by=person_of(request))
        return _("It hears again.") if is_on else _("It hears nothing until you switch it on.")

    return _done(request, found, switch)


@require_POST
@mine
def try_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Something that did not happen is told to it."""
    found = _visible(request, webhook_id)

    def attempt() -> str:
        services.try_webhook(found, by=person_of(request))
        return _("A try is on its way. In some seconds the log says what came of it.")

    return _done(request, found, attempt)


@require_POST
@mine
def end_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """For good."""
    services.end_webhook(_visible(request, webhook_id), by=person_of(request))
    say.success(request, _("Nothing is told to it any more."))
    return redirect("api:webhooks")


@require_http_methods(["GET", "HEAD", "POST"])
@mine
def webhook_call(request: HttpRequest, call_id: int) -> HttpResponse:
    """One call: what was sent, each try, and "send again"."""
    call = get_object_or_404(queries.calls_visible_to(person_of(request)), pk=call_id)
    if request.method == "POST":
        try:
            services.send_again(call, by=person_of(request))
        except WebhookRefused as refused:
            say.warning(request, str(refused))
        else:
            say.success(request, _("It is sent again, under the same name."))
        return redirect("api:webhook_call", call_id=call.pk)
    tries = [pages.try_line(one) for one in call.tries.order_by("pk")]
    told = {"line": pages.call_line(call), "tries": tries, "body": pages.pretty(call.body), "webhook": call.webhook}
    return render(request, "api/webhook_call.html", told)


def _visible(request: HttpRequest, pk: int) -> Webhook:
    return get_object_or_404(queries.webhooks_visible_to(person_of(request)), pk=pk)


def _egress() -> Egress:
    return Egress.from_environment(os.environ)


def _form(request: HttpRequest, form: WebhookForm, found: Webhook | None = None) -> HttpResponse:
    told: dict[str, Any] = {"form": form, "webhook": found}
    return render(request, "api/webhook_form.html", told, status=422 if form.is_bound else 200)


def _done(request: HttpRequest, found: Webhook, act: Callable[[], str]) -> HttpResponse:
    try:
        say.success(request, act())
    except WebhookRefused as refused:
        say.warning(request, str(refused))
    return redirect("api:webhook", webhook_id=found.pk)
