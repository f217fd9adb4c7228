"""A message made from a template on one screen: the blanks, then exactly what goes, then send."""

import hashlib
from typing import Any

from django.contrib import messages as say
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import needs, person_of
from ravi.accounts.models import Unit
from ravi.accounts.queries import unit_names_below
from ravi.accounts.rules import Ability
from ravi.core.asked import whole
from ravi.core.calendar import number
from ravi.core.canonical import canonical_json
from ravi.directory.models import Channel
from ravi.directory.names import platform_name
from ravi.directory.queries import channels_publishable_by
from ravi.network import queries, services
from ravi.network.errors import NetworkRefused
from ravi.network.forms.filling import FillForm
from ravi.network.models import Template
from ravi.network.pages.template import looks, way_words
from ravi.network.services.filling import Filled, draft_of, values_of
from ravi.network.views.template import visible_template, words_of
from ravi.publishing.errors import PublishingRefused


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.WRITE_POST)
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """The blanks; then what goes as it will be seen; sent only as it was looked at."""
    template = visible_template(request, pk)
    unit = chosen_unit(request, template)
    form = fill_form(request, template, unit)
    if request.method != "POST" or not form.is_valid() or not was_looked_at(request, template, form):
        return fill_page(request, template, unit, form)
    assert template.current is not None
    try:
        done = services.fill_template(template.current, unit, form.facts, form.channel_ids(), by=person_of(request))
    except (NetworkRefused, PublishingRefused) as refused:
        form.add_error(None, str(refused))
        return fill_page(request, template, unit, form)
    say.success(request, sent_words(done))
    return redirect("publishing:board", pk=done.post.pk)


def chosen_unit(request: HttpRequest, template: Template) -> Unit:
    """In whose name: the unit that is asked for among one's own, else the first."""
    units = list(queries.units_to_fill(person_of(request), template))
    if not units:
        raise Http404
    asked = whole(request.POST.get("unit") or request.GET.get("unit", ""))
    return next((unit for unit in units if unit.pk == asked), units[0])


def fill_form(request: HttpRequest, template: Template, unit: Unit) -> FillForm:
    """Bound to what was typed."""
    channels = channels_of(request, unit)
    names = {one.platform: str(platform_name(one.platform)) for one in channels}
    data = request.POST if request.method == "POST" else None
    places = unit_names_below(unit)
    return FillForm(data, words=words_of(template), own_places=places, channels=channels, names=names)


def channels_of(request: HttpRequest, unit: Unit) -> list[Channel]:
    """The open channels of the unit and, for headquarters, those that it may publish on."""
    mine = channels_publishable_by(person_of(request))
    mine = mine if unit.parent_id is None else mine.filter(unit_id=unit.pk)
    return list(mine.select_related("unit").order_by("platform", "pk"))


def digest_of(template: Template, form: FillForm) -> str:
    """One name for what was looked at: the words, the values and the channels."""
    assert template.current is not None
    said: dict[str, Any] = {
        "words": template.current.content_hash,
        "values": values_of(form.facts),
        "channels": sorted(form.channel_ids()),
    }
    return hashlib.sha256(canonical_json(said)).hexdigest()


def was_looked_at(request: HttpRequest, template: Template, form: FillForm) -> bool:
    """Whether the page that was sent showed exactly this."""
    return request.POST.get("act") == "send" and form.cleaned_data["seen"] == digest_of(template, form)


def fill_page(request: HttpRequest, template: Template, unit: Unit, form: FillForm, **more: Any) -> HttpResponse:
    """The form, and under it what goes once the blanks are filled."""
    is_said = form.is_bound and not form.errors
    chosen = [one for one in channels_of(request, unit) if is_said and one.pk in form.channel_ids()]
    fields = draft_of(words_of(template), form.facts, [one.pk for one in chosen]) if is_said else None
    is_emergency = words_of(template).emergency
    closed = queries.closing_review(template, unit) if is_emergency else None
    rules = [] if closed else queries.rules_for(template, unit)
    page = {
        "template": template,
        "is_emergency": is_emergency and bool(rules),
        "closed": closed,
        "unit": unit,
        "units": list(queries.units_to_fill(person_of(request), template)),
        "form": form,
        "looks": looks(fields, chosen) if fields else [],
        "until": fields.valid_until if fields else None,
        "digest": digest_of(template, form) if is_said else "",
        "way": way_words(rules),
        "action": _("Send"),
    }
    return render(request, "network/fill.html", page | more, status=422 if form.errors else 200)


def sent_words(done: Filled) -> str:
    """What happens now."""
    if done.is_approved and done.post.is_emergency:
        said = ngettext(
            "%(n)s copy goes out now, before all others. A health expert looks at it within 24 hours.",
            "%(n)s copies go out now, before all others. A health expert looks at them within 24 hours.",
            done.ready,
        )
    elif done.is_approved:
        said = ngettext("%(n)s copy goes out now.", "%(n)s copies go out now.", done.ready)
    else:
        said = ngettext(
            "%(n)s copy waits for approval, then it goes by itself.",
            "%(n)s copies wait for approval, then they go by themselves.",
            done.ready,
        )
    blocked = ngettext("%(n)s copy does not fit and stays out.", "%(n)s copies do not fit and stay out.", done.blocked)
    told = [said % {"n": number(done.ready)}]
    return " ".join([*told, blocked % {"n": number(done.blocked)}] if done.blocked else told)
