"""A message in other languages: where each stands, one beside its source, and the yes of an expert who reads it."""

from django.contrib import messages as say
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ravi.accounts.access import needs, person_of
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability, can_read
from ravi.core.asked import whole
from ravi.network import queries, services
from ravi.network.errors import NetworkRefused
from ravi.network.facts.kinds import TRANSLATED
from ravi.network.forms.translation import TranslationForm
from ravi.network.models import Message, Translation, Version
from ravi.network.pages.translation import direction, lines, name_of
from ravi.network.pages.words import fact_lines, shown, shown_translation
from ravi.network.rules import MessageState, needs_expert
from ravi.network.views.message import READERS
from ravi.network.views.scope import visible_message


@require_safe
@needs(*READERS)
def translations(request: HttpRequest, pk: int) -> HttpResponse:
    """Each language with what it waits for."""
    message = visible_message(request, pk)
    return render(request, "network/translations.html", {"message": message, "lines": lines(message)})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*READERS)
def translation(request: HttpRequest, pk: int, lang: str) -> HttpResponse:
    """The source and its facts as the language writes them, and beside it the form, or the words for whoever looks."""
    message, version = _asked(request, pk, lang)
    if version is None:
        return redirect("network:translations", pk=pk)
    known = queries.translation_of(message, lang)
    may_write = queries.may_offer(person_of(request), message) and message.state == MessageState.OFFERED
    form = TranslationForm(request.POST or None, version=version, lang=lang, kept=known) if may_write else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            services.save_translation(
                version,
                lang,
                form.cleaned_data["title"],
                form.cleaned_data["text"],
                variants=form.variants(),
                expected_revision=form.cleaned_data["revision"],
                by=person_of(request),
            )
        except NetworkRefused as refused:
            form.add_error(None, str(refused))
        else:
            say.success(request, _kept(message))
            return redirect("network:translations", pk=pk)
    return _page(request, message, version, lang, known, form)


@require_POST
@needs(Ability.APPROVE_HEALTH_POST)
def yes(request: HttpRequest, pk: int, lang: str) -> HttpResponse:
    """The expert's yes to what the page showed."""
    message, _version = _asked(request, pk, lang)
    known = queries.translation_of(message, lang)
    if known is None:
        raise Http404
    try:
        revision = whole(request.POST.get("revision", "")) or 0
        services.endorse_translation(known, revision=revision, by=person_of(request))
    except NetworkRefused as refused:
        say.warning(request, str(refused))
    else:
        say.success(request, _("Your yes is kept. Units and citizens have it in this language now."))
    return redirect("network:translation", pk=pk, lang=lang)


def _asked(request: HttpRequest, pk: int, lang: str) -> tuple[Message, Version | None]:
    message = visible_message(request, pk)
    if lang not in TRANSLATED:
        raise Http404
    return message, message.current


def _kept(message: Message) -> str:
    if needs_expert(message.topic):
        return _("Kept. Health experts who read this language were told; units get it after a yes.")
    return _("Kept. Units and citizens have it in this language now.")


def _page(
    request: HttpRequest,
    message: Message,
    version: Version,
    lang: str,
    known: Translation | None,
    form: TranslationForm | None,
) -> HttpResponse:
    person = person_of(request)
    is_current = known is not None and known.version_id == version.pk
    page = {
        "message": message,
        "source": shown(version),
        "lang": lang,
        "direction": direction(lang),
        "language": name_of(lang),
        "facts": fact_lines(queries.facts_of(version), lang),
        "known": known,
        "is_current": is_current,
        "translated": shown_translation(known, version) if known and is_current else None,
        "yes": queries.yes_of(known) if known and is_current else None,
        "form": form,
        "needs_expert": needs_expert(message.topic),
        "may_say_yes": rights(person).may(Ability.APPROVE_HEALTH_POST, message.unit_id)
        and can_read(person.reads, lang)
        and person.pk not in queries.writer_ids(message),
    }
    return render(request, "network/translation.html", page, status=422 if form and form.errors else 200)
