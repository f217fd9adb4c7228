"""Templates: the list, a new one, one with what was signed for it, its next words and its end."""

from typing import Any

from django.contrib import messages as say
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ravi.accounts.access import needs, person_of, signed_in
from ravi.accounts.queries import rights, units_written_for
from ravi.accounts.rules import Ability
from ravi.network import queries, services
from ravi.network.errors import NetworkRefused, TemplateRefused
from ravi.network.forms.template import TemplateForm, initial_of
from ravi.network.models import Template
from ravi.network.pages.template import rows, shown
from ravi.network.pattern import PATTERNS, pattern
from ravi.network.template import LANG, TemplateWords, read_payload
from ravi.publishing.models import Post


def visible_template(request: HttpRequest, pk: int) -> Template:
    """404 for one of a unit or an institution out of sight, and for one that has ended."""
    return get_object_or_404(queries.templates_visible_to(person_of(request)), pk=pk)


def words_of(template: Template) -> TemplateWords:
    """The words that hold."""
    assert template.current is not None  # a template is made with its words
    return read_payload(template.current.payload)


@require_safe
@signed_in
def templates(request: HttpRequest) -> HttpResponse:
    """Those of one's units and of headquarters."""
    person = person_of(request)
    seen = [(one, words_of(one)) for one in queries.templates_visible_to(person)]
    listed = [(one, words, Post.TopicChoice(words.topic).label) for one, words in seen]
    page = {"templates": listed, "may_write": rights(person).may(Ability.WRITE_POST)}
    return render(request, "network/templates.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.WRITE_POST)
def new(request: HttpRequest) -> HttpResponse:
    """Words with blanks, begun from a form of the house or from an empty page."""
    chosen = pattern(request.GET.get("pattern", "")).words
    begin = TemplateWords(chosen.title, chosen.text, chosen.variants.get("short", ""))
    units = units_written_for(person_of(request))
    form = TemplateForm(request.POST or None, units=units, initial=initial_of(begin))
    if request.method == "POST" and form.is_valid() and not form.has_new_blanks:
        said = form.cleaned_data
        try:
            made = services.start_template(said["unit"], said["name"], form.words(), by=person_of(request))
        except TemplateRefused as refused:
            _refuse(form, refused)
        else:
            say.success(request, _("Kept. An approver can sign it now."))
            return redirect("templates:template", pk=made.pk)
    return _form_page(request, form, None)


@require_safe
@signed_in
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """Its words, what was signed for it, and the ways on."""
    found, person = visible_template(request, pk), person_of(request)
    rules = queries.rules_visible_to(person).filter(version__template=found, ended_at=None)
    page = {
        "template": found,
        "words": words_of(found),
        "topic": Post.TopicChoice(words_of(found).topic).label,
        "shown": shown(words_of(found)),
        "rows": rows(list(queries.holding(rules))),
        "may_write": queries.may_write_template(person, found),
        "may_fill": queries.units_to_fill(person, found).exists(),
        "may_sign": rights(person).may(_signed_by(words_of(found))),
        "closed": queries.closing_review(found, found.unit) if words_of(found).emergency else None,
    }
    return render(request, "network/template.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.WRITE_POST)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The next words; what was signed for the ones before ends with them, and the page says so."""
    found = _own_template(request, pk)
    words, current = words_of(found), found.current
    assert current is not None
    initial = initial_of(words) | {"name": found.name, "seen": current.content_hash}
    form = TemplateForm(request.POST or None, units=None, initial=initial, blanks=words.blanks)
    if request.method == "POST" and form.is_valid() and not form.has_new_blanks:
        said = form.cleaned_data
        try:
            services.change_template(
                found, said["name"], form.words(), expected_hash=said["seen"], by=person_of(request)
            )
        except NetworkRefused as refused:
            _refuse(form, refused)
        else:
            say.success(request, _("Kept."))
            return redirect("templates:template", pk=pk)
    return _form_page(request, form, found)


@require_POST
@needs(Ability.WRITE_POST)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing is made from it any more."""
    services.end_template(_own_template(request, pk), by=person_of(request))
    say.success(request, _("This template has ended. What was made from it stands."))
    return redirect("templates:templates")


def _signed_by(words: TemplateWords) -> Ability:
    return Ability.APPROVE_HEALTH_POST if words.emergency else Ability.APPROVE_POST


def _own_template(request: HttpRequest, pk: int) -> Template:
    found = visible_template(request, pk)
    if not queries.may_write_template(person_of(request), found):
        raise Http404
    return found


def _refuse(form: TemplateForm, refused: NetworkRefused) -> None:
    for sentence in getattr(refused, "sentences", (str(refused),)):
        form.add_error(None, sentence)


def _form_page(request: HttpRequest, form: TemplateForm, found: Template | None) -> HttpResponse:
    page: dict[str, Any] = {
        "form": form,
        "template": found,
        "patterns": [one for one in PATTERNS if one.words.text] if found is None and not form.is_bound else [],
        "rules": found.current.rules.filter(ended_at=None).count() if found and found.current else 0,
        "lang": LANG,
    }
    return render(request, "network/template_form.html", page, status=422 if form.errors else 200)
