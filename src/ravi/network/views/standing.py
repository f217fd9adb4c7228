"""Standing approvals: signed with the second factor, listed, ended at once."""

from django.contrib import messages as say
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ravi.accounts.access import needs, person_of, signed_in
from ravi.accounts.models import Unit
from ravi.accounts.queries import open_units_visible_to, rights
from ravi.accounts.rules import Ability
from ravi.accounts.second_factor import prove_first, proved_lately
from ravi.core.calendar import number
from ravi.network import queries, services
from ravi.network.errors import NetworkRefused
from ravi.network.forms.standing import SigningForm
from ravi.network.models import StandingRule, Template
from ravi.network.pages.template import rows, shown
from ravi.network.views.template import visible_template, words_of
from ravi.publishing.rules import Topic

PER_PAGE = 25


@require_safe
@signed_in
def rules(request: HttpRequest) -> HttpResponse:
    """What holds for one's units or was signed by oneself, the latest first."""
    person = person_of(request)
    page = Paginator(queries.rules_visible_to(person), PER_PAGE).get_page(request.GET.get("page"))
    may_end_all = rights(person).may_everywhere(Ability.MANAGE_PEOPLE)
    found = {"page": page, "rows": rows(list(page.object_list)), "me": person.pk, "may_end_all": may_end_all}
    return render(request, "network/standing.html", found)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.APPROVE_POST)
def signing(request: HttpRequest, pk: int) -> HttpResponse:
    """The words, for which units, how long; the second factor is asked first."""
    template = visible_template(request, pk)
    if not proved_lately(request):
        return prove_first(request, request.path)
    form = _form(request, template)
    if request.method == "POST" and form.is_valid() and _sign(request, template, form):
        return redirect("templates:template", pk=pk)
    words = words_of(template)
    page = {
        "template": template,
        "shown": shown(words),
        "form": form,
        "is_own": person_of(request).pk in queries.template_writer_ids(template),
        "is_health": words.topic == Topic.HEALTH and not words.emergency,
        "is_emergency": words.emergency,
        "days": words.days,
    }
    return render(request, "network/signing.html", page, status=422 if form.errors else 200)


@require_POST
@signed_in
def ending(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Nothing goes by it from now."""
    rule: StandingRule = get_object_or_404(queries.rules_visible_to(person_of(request)), pk=rule_id)
    services.end_standing(rule, by=person_of(request))
    say.success(request, _("It has ended. What is sent from now waits for a yes as everything does."))
    return redirect("templates:rules")


def _form(request: HttpRequest, template: Template) -> SigningForm:
    seen = open_units_visible_to(person_of(request))
    units = seen if template.unit.parent_id is None else seen.filter(pk=template.unit_id)
    assert template.current is not None
    return SigningForm(request.POST or None, units=units, content_hash=template.current.content_hash)


def _sign(request: HttpRequest, template: Template, form: SigningForm) -> bool:
    said, version = form.cleaned_data, template.current
    units: list[Unit] = list(said["units"])
    assert version is not None
    try:
        with transaction.atomic():  # for all of them, or for none
            for unit in units:
                services.sign_standing(
                    version, unit, days=said["days"], content_hash=said["content_hash"], by=person_of(request)
                )
    except NetworkRefused as refused:
        form.add_error(None, str(refused))
        return False
    text = ngettext("Signed for %(n)s unit.", "Signed for %(n)s units.", len(units)) % {"n": number(len(units))}
    say.success(request, text)
    return True
