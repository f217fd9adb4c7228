"""Headquarters corrects a message everywhere, and sees how far that has come; a unit writes the correction of its own words."""

from django.contrib import messages as say
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import needs, person_of, signed_in
from ravi.network import queries, services
from ravi.network.based_on import merged
from ravi.network.errors import FactsContradicted, NetworkRefused
from ravi.network.forms.correct_message import CorrectMessageForm, WriteCorrectionForm
from ravi.network.models import Adoption, Message, Offer, Version
from ravi.network.pages import correct_message as page
from ravi.network.pages import corrected
from ravi.network.pages.words import changes, fact_lines
from ravi.network.queries.correct_message import base_of, correction_of, is_correctable
from ravi.network.queries.version import facts_of
from ravi.network.sentences import sentences
from ravi.network.services import steps
from ravi.network.services.adoption import words_in, words_of
from ravi.network.views.message import READERS
from ravi.network.views.scope import visible_message, visible_offer
from ravi.publishing.errors import PublishingRefused


@require_http_methods(["GET", "HEAD", "POST"])
@needs(*READERS)
def corrections(request: HttpRequest, pk: int) -> HttpResponse:
    """Says once what it will do; afterwards, how every copy stands."""
    of = visible_message(request, pk)
    if request.method == "POST":
        return _correct(request, of)
    version = of.current
    correction = correction_of(version) if version else None
    may = queries.may_offer(person_of(request), of) and is_correctable(of)
    if correction is not None:
        return render(request, "network/corrected.html", {"message": of, "may": may, **corrected.after(correction)})
    if version is None or not is_correctable(of):
        return redirect("network:message", pk=pk)
    return render(
        request,
        "network/corrections.html",
        {"message": of, "may": may, "form": CorrectMessageForm(), **page.before(version)},
    )


def _correct(request: HttpRequest, of: Message) -> HttpResponse:
    form = CorrectMessageForm(request.POST)
    if not form.is_valid():
        return redirect("network:corrections", pk=of.pk)
    try:
        services.correct_message(
            of, version_id=form.cleaned_data["version"], by=person_of(request), pins=form.cleaned_data["pins"]
        )
    except NetworkRefused as refused:
        say.warning(request, str(refused))
    else:
        said = _("Being written now, unit by unit. Another person’s yes lets the corrections go.")
        say.success(request, said)
    return redirect("network:corrections", pk=of.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def write_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit's words of last time around the newer facts, with what headquarters changed beside them."""
    found, person = visible_offer(request, pk), person_of(request)
    steps.require_answerer(person, found)
    answer, version = queries.answer_of(found), found.message.current
    if answer is None or answer.post is None or version is None:
        raise Http404
    try:
        words = words_in(version, base_of(answer).lang)
    except NetworkRefused as refused:
        say.warning(request, str(refused))
        return redirect("network:offer", pk=pk)
    base = base_of(answer)
    began = merged(base.parts, words_of(base.translation or base.version), words_of(words))
    seen = {"version": version.pk, "before": answer.pk}
    form = WriteCorrectionForm(request.POST or None, initial=seen, words=words, begin=began.parts)
    if request.method == "POST" and form.is_valid():
        done = _write(request, found, form, words.lang)
        if done is not None:
            return done
    return render(
        request,
        "network/write_correction.html",
        _of_unit(found, answer, version, form),
        status=422 if form.errors else 200,
    )


def _write(request: HttpRequest, found: Offer, form: WriteCorrectionForm, lang: str) -> HttpResponse | None:
    try:
        services.write_correction(found, form.answer(), parts=form.parts(), by=person_of(request))
    except FactsContradicted as wrong:
        for part in dict.fromkeys(problem.part for problem in wrong.problems):
            for sentence in sentences([problem for problem in wrong.problems if problem.part == part], lang):
                form.add_error(f"part_{part}", sentence)
        return None
    except (NetworkRefused, PublishingRefused) as refused:
        form.add_error(None, str(refused))
        return None
    say.success(request, _("Your correction waits for approval; then it reaches every copy of yours."))
    return redirect("network:offer", pk=found.pk)


def _of_unit(found: Offer, answer: Adoption, version: Version, form: WriteCorrectionForm) -> dict[str, object]:
    base = base_of(answer)
    return {
        "offer": found,
        "version": version,
        "form": form,
        "facts": fact_lines(facts_of(version), base.lang),
        "difference": changes(base.version, version),
    }
