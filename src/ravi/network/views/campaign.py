"""Campaigns: the list, one with its messages, what is said of it, and its end."""

from collections.abc import Callable

from django.contrib import messages as say
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ravi.accounts.access import needs, person_of
from ravi.accounts.rules import Ability
from ravi.network import queries, services
from ravi.network.draft import CampaignFields
from ravi.network.errors import NetworkRefused
from ravi.network.forms import CampaignForm
from ravi.network.models import Campaign
from ravi.network.rules import CampaignState
from ravi.network.views.message import READERS
from ravi.network.views.scope import issuing_unit, may_write, visible_campaign

Keep = Callable[[CampaignFields], Campaign]


@require_safe
@needs(*READERS)
def campaigns(request: HttpRequest) -> HttpResponse:
    """Running ones first."""
    listed = queries.campaigns_visible_to(person_of(request)).annotate(count=Count("messages"))
    rows = Paginator(listed.order_by("-state", "-created_at", "-pk"), 25).get_page(request.GET.get("page"))
    return render(request, "network/campaigns.html", {"page": rows, "may_write": may_write(request)})


@require_safe
@needs(*READERS)
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Its goal, its audience and its messages."""
    of = visible_campaign(request, campaign_id)
    listed = queries.messages_visible_to(person_of(request)).filter(campaign=of).order_by("-created_at", "-pk")
    page = {
        "campaign": of,
        "messages_of": list(listed[:100]),
        "may_write": may_write(request) and of.state == CampaignState.OPEN,
    }
    return render(request, "network/campaign.html", page)


@require_http_methods(["GET", "POST"])
@needs(Ability.OFFER_MESSAGE)
def new(request: HttpRequest) -> HttpResponse:
    """A campaign of headquarters."""
    person = person_of(request)
    form = CampaignForm(request.POST or None)
    return _kept(request, form, lambda fields: services.start_campaign(issuing_unit(request), fields, by=person))


@require_http_methods(["GET", "POST"])
@needs(Ability.OFFER_MESSAGE)
def edit(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Say it anew."""
    of = visible_campaign(request, campaign_id)
    form = CampaignForm(request.POST or None, campaign=of)
    return _kept(request, form, lambda fields: services.edit_campaign(of, fields, by=person_of(request)), of)


@require_POST
@needs(Ability.OFFER_MESSAGE)
def end(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """No new message joins it."""
    of = visible_campaign(request, campaign_id)
    services.close_campaign(of, by=person_of(request))
    say.success(request, _("The campaign is over. Its messages stay where they are."))
    return redirect("network:campaign", campaign_id=of.pk)


def _kept(request: HttpRequest, form: CampaignForm, keep: Keep, of: Campaign | None = None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            kept = keep(form.fields_said())
        except NetworkRefused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("network:campaign", campaign_id=kept.pk)
    status = 422 if form.is_bound else 200
    return render(request, "network/campaign_form.html", {"form": form, "campaign": of}, status=status)
