"""What headquarters offers to units: the inbox, one offer, and the unit's three answers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ravi.accounts.access import person_of, signed_in
from ravi.core.asked import words as asked_words
from ravi.core.calendar import number
from ravi.directory.models import Channel
from ravi.directory.names import platform_name
from ravi.directory.queries import channels_publishable_by
from ravi.network import queries, services
from ravi.network.based_on import Merged
from ravi.network.errors import FactsContradicted, NetworkRefused
from ravi.network.forms.offer import AdaptForm, AdoptForm, DeclineForm
from ravi.network.models import Adoption, Offer, Translation, Version
from ravi.network.pages import based_on
from ravi.network.pages import offer as pages
from ravi.network.pages.share import share_of
from ravi.network.pages.translation import languages_of
from ravi.network.pages.words import fact_lines, shown
from ravi.network.queries.based_on import is_repaired
from ravi.network.queries.correct_message import corrected_answer_of, has_yes
from ravi.network.queries.version import facts_of
from ravi.network.rules import MessageState
from ravi.network.sentences import sentences
from ravi.network.services import steps
from ravi.network.services.adoption import check_own, own_parts, rendered, wording_of, words_in, words_of
from ravi.network.views.scope import visible_offer
from ravi.platforms.compose import FULL
from ravi.publishing import services as publishing
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.pages.diff import difference
from ravi.publishing.queries import copy_sentence
from ravi.publishing.services import Submission

PER_PAGE = 25
MOST_HEADED = 5  # units whose own page is one tap away here; the others stand in the tree


@require_safe
@signed_in
def offers(request: HttpRequest) -> HttpResponse:
    """The inbox: what waits for an answer first, then what was answered."""
    person = person_of(request)
    waiting = list(queries.offers_to_answer(person)[:100])
    page = Paginator(queries.offers_answered(person), PER_PAGE).get_page(request.GET.get("page"))
    answers = queries.answers_of([offer.pk for offer in page.object_list])
    found = {
        "waiting": pages.rows(waiting, {}),
        "answered": pages.rows(list(page.object_list), answers),
        "page": page,
        "headed": list(queries.units_headed(person)[:MOST_HEADED]),
        "is_answering": bool(queries.answering_unit_ids(person)),
    }
    return render(request, "network/offers.html", found)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """One offer as it would stand; POST takes it unchanged."""
    found, person = visible_offer(request, pk), person_of(request)
    may_answer = queries.may_answer(person, found)
    if request.method == "GET" and may_answer:
        services.see_offer(found, by=person)
    if request.method != "POST":
        return _page(request, found)
    steps.require_answerer(person, found)
    form = _form(AdoptForm, request, found)
    if not form.is_valid():
        return _page(request, found, form=form)
    try:
        done = services.adopt_offer(found, form.answer(), by=person, **form.choice())
    except (NetworkRefused, PublishingRefused) as refused:
        messages.warning(request, str(refused))
        return redirect("network:offer", pk=pk)
    messages.success(request, _adopted(done.submission))
    return redirect("network:offer", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def adapt(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit's own words around what is fixed, and what differs from headquarters' words."""
    found, person = visible_offer(request, pk), person_of(request)
    steps.require_answerer(person, found)
    words = _asked_words(request, found)
    begin = _begun(found).parts if isinstance(words, Version) else {}
    form = _form(AdaptForm, request, found, words=words, begin=begin)
    if request.method != "POST" or not form.is_valid():
        return _adapt_page(request, found, form, words)
    if request.POST.get("act") == "compare":
        return _compared(request, found, form, words)
    try:
        done = services.adopt_offer(found, form.answer(), by=person, parts=form.parts(), **form.choice())
    except FactsContradicted as wrong:
        _say_wrong(form, wrong, words.lang)
        return _adapt_page(request, found, form, words)
    except (NetworkRefused, PublishingRefused) as refused:
        form.add_error(None, str(refused))
        return _adapt_page(request, found, form, words)
    messages.success(request, _adopted(done.submission))
    return redirect("network:offer", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit says why not; nothing is lowered and nobody has to allow it."""
    found, person = visible_offer(request, pk), person_of(request)
    steps.require_answerer(person, found)
    form = DeclineForm(request.POST or None, initial=_seen(found))
    if request.method == "POST" and form.is_valid():
        try:
            services.decline_offer(found, form.answer(), reason=form.reason(), by=person)
        except (NetworkRefused, PublishingRefused) as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, _("Headquarters reads your reason. You can still change your mind."))
        return redirect("network:offer", pk=pk)
    status = 422 if form.is_bound else 200
    return render(request, "network/decline.html", {"offer": found, "form": form}, status=status)


def _compared(request: HttpRequest, found: Offer, form: AdaptForm, words: Version | Translation) -> HttpResponse:
    """The difference; where it contradicts a fact, that is said now and not only when it is sent."""
    wording = wording_of(_current(found), words.lang)
    try:
        check_own(wording, own_parts(wording, form.parts()))
    except FactsContradicted as wrong:
        _say_wrong(form, wrong, words.lang)
    except NetworkRefused as refused:
        form.add_error(None, str(refused))
    return _adapt_page(request, found, form, words)


def _say_wrong(form: AdaptForm, wrong: FactsContradicted, lang: str) -> None:
    """Each sentence beside the part that it is about."""
    for part in dict.fromkeys(problem.part for problem in wrong.problems):
        own = [problem for problem in wrong.problems if problem.part == part]
        for sentence in sentences(own, lang):
            form.add_error(f"part_{part}", sentence)


def _page(request: HttpRequest, found: Offer, form: AdoptForm | None = None) -> HttpResponse:
    person, version = person_of(request), _current(found)
    adoption = queries.answer_of(found)
    channels = _channels(request, found)
    corrected = corrected_answer_of(adoption, version) if adoption else None
    is_corrected = corrected is not None and has_yes(corrected)
    is_withdrawn = found.message.state == MessageState.WITHDRAWN
    page = {
        "offer": found,
        "version": version,
        "shown": shown(version),
        "deadline": pages.deadline_words(found),
        "path": pages.path(found, len(channels), adoption),
        "standing": pages.standing(found, adoption),
        "adoption": adoption,
        "answer": pages.answer_words(adoption) if adoption and not is_withdrawn else "",
        "behind": None if is_corrected else based_on.behind(adoption, version),
        "withdrawn": pages.withdrawn(found),
        "correcting": None if is_withdrawn else pages.correcting(corrected),
        "own": _own_words(adoption) if adoption and adoption.parts else {},
        "is_older": adoption is not None
        and (adoption.version_id != version.pk or is_repaired(adoption))
        and not (is_corrected or is_withdrawn),
        "returned": _returned(adoption),
        "may_answer": queries.may_answer(person, found) and pages.is_open(found, found.message),
        "has_gone": bool(adoption and adoption.post and publishing.has_left(adoption.post)),
        "may_take_back": queries.may_answer(person, found) and _is_to_take_back(adoption),
        "spread": pages.spread_words(found.message),
        "form": form or _form(AdoptForm, request, found, is_bound=False),
        "channels": channels,
        "share": share_of(found.message),
        "others": pages.rows(list(queries.offers_to_answer(person).exclude(pk=found.pk)[:5]), {}),
    }
    return render(request, "network/offer.html", page, status=422 if form and form.errors else 200)


def _own_words(adoption: Adoption) -> dict[str, str]:
    return rendered(adoption.version, adoption.parts, adoption.translation.lang if adoption.translation else "")


def _adapt_page(request: HttpRequest, found: Offer, form: AdaptForm, words: Version | Translation) -> HttpResponse:
    version = _current(found)
    is_said = form.is_bound and not form.errors
    theirs = words_of(words)
    before, after = (rendered(version, parts, words.lang) for parts in (theirs, form.parts() if is_said else theirs))
    page = {
        "offer": found,
        "version": version,
        "form": form,
        "sides": based_on.sides(_begun(found), queries.answer_of(found), version),
        "words": words,
        "languages": languages_of(version),
        "facts": fact_lines(facts_of(version), words.lang),
        "difference": difference(before[FULL], after.get(FULL, "")) if is_said else None,
    }
    return render(request, "network/adapt.html", page, status=422 if form.errors else 200)


def _asked_words(request: HttpRequest, found: Offer) -> Version | Translation:
    """In the language that the form or the address names; the message's own where it names none that units are given."""
    asked = request.POST.get("lang") or request.GET.get("lang", "")
    try:
        return words_in(_current(found), asked_words(asked))
    except NetworkRefused:
        return _current(found)


def _form(kind: Any, request: HttpRequest, found: Offer, *, is_bound: bool = True, **more: Any) -> Any:
    channels = _channels(request, found)
    names = {one.platform: str(platform_name(one.platform)) for one in channels}
    initial = (
        _seen(found) | {"channels": [str(one.pk) for one in channels], "with_link": _has_link(found)} | _spoken(found)
    )
    data = request.POST if is_bound and request.method == "POST" else None
    languages = languages_of(_current(found))
    if spoken := more.get("words"):
        initial |= {"lang": spoken.lang}
    return kind(data, channels=channels, names=names, languages=languages, initial=initial, **more)


def _spoken(found: Offer) -> dict[str, str]:
    adoption = queries.answer_of(found)
    return {"lang": adoption.post.lang if adoption and adoption.post else _current(found).lang}


def _begun(found: Offer) -> Merged:
    """Only words in the message's own language are merged with a newer version's."""
    answer = queries.answer_of(found)
    return based_on.begun(None if answer and answer.translation_id else answer, _current(found))


def _has_link(found: Offer) -> bool:
    """As the unit answered before, else as the message says."""
    adoption = queries.answer_of(found)
    return bool(adoption.post.link) if adoption and adoption.post else found.message.with_link


def _seen(found: Offer) -> dict[str, int | None]:
    adoption = queries.answer_of(found)
    return {"version": found.message.current_id, "before": adoption.pk if adoption else None}


def _channels(request: HttpRequest, found: Offer) -> list[Channel]:
    """The unit's open channels."""
    mine = channels_publishable_by(person_of(request)).filter(unit_id=found.unit_id)
    return list(mine.order_by("platform", "pk"))


def _current(found: Offer) -> Version:
    version = found.message.current
    assert version is not None  # offers are of issued messages
    return version


def _returned(adoption: Adoption | None) -> Any:
    """The approver's no to the unit's answer, with what to change."""
    if adoption is None or adoption.post is None or adoption.post.state != "returned":
        return None
    return adoption.post.returns.select_related("by").order_by("-at").first()


def _is_to_take_back(adoption: Adoption | None) -> bool:
    """What was taken by itself, as long as nothing of it has gone out."""
    return bool(adoption and adoption.rule_id and adoption.post and not publishing.has_left(adoption.post))


def _adopted(submission: Submission | None) -> str:
    if submission is None:
        return _("This is your answer already.")
    ready, blocked = len(submission.ready), len(submission.blocked)
    said = ngettext(
        "Taken. %(n)s copy waits for approval, then it goes by itself.",
        "Taken. %(n)s copies wait for approval, then they go by themselves.",
        ready,
    ) % {"n": number(ready)}
    if blocked:
        more = ngettext("%(n)s copy does not fit and stays out.", "%(n)s copies do not fit and stay out.", blocked)
        why = {copy_sentence(one.problems[0], one.platform, one.channel.adapter) for one in submission.blocked}
        said = " ".join([said, more % {"n": number(blocked)}, *sorted(why)])
    return said
