"""A message of the network in other languages: read, written over what was seen, and the yes of an expert who reads it."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path

from ravi.accounts.access import require
from ravi.accounts.rules import Ability, Verb
from ravi.api.described import CODE, VERSION, answers, asks, needs
from ravi.api.door import ApiRequest
from ravi.api.problems import Problem, not_found
from ravi.api.proof import prove, require_seen
from ravi.api.routes.network_message import router, visible_message
from ravi.api.rules import version_of_translation
from ravi.api.schemas.parts import Id, named
from ravi.api.schemas.translation import Language, TranslationIn, TranslationOut, TranslationYesIn
from ravi.api.told import shown
from ravi.network import queries, services
from ravi.network.facts.kinds import TRANSLATED
from ravi.network.models import Message, Translation, Version
from ravi.network.rules import needs_expert
from ravi.network.services.adoption import words_of


@router.get(
    "messages/{message_id}/translations",
    response=answers(200, list[TranslationOut]),
    summary="In which languages it is",
)
def translations(request: ApiRequest, message_id: Path[Id]) -> list[dict[str, Any]]:
    """Each language into which messages are translated, with what stands in it."""
    found = visible_message(request, message_id)
    known = {one.lang: one for one in queries.translations_of(found)}
    return [_told(found, lang, known.get(lang)) for lang in TRANSLATED]


@router.get(
    "messages/{message_id}/translations/{lang}", response=answers(200, TranslationOut), summary="It in one language"
)
def translation(request: ApiRequest, response: HttpResponse, message_id: Path[Id], lang: Path[Language]) -> Any:
    """The newest translation, which may be of an older version; its ETag names the one of the version of now."""
    found = visible_message(request, message_id)
    return _answered(response, found, lang)


@router.put(
    "messages/{message_id}/translations/{lang}",
    response=answers(200, TranslationOut, 409, 412, 428),
    summary="Write it in that language",
    **needs(Verb.OFFER, VERSION),
)
@asks(Verb.OFFER)
def save_translation(
    request: ApiRequest, response: HttpResponse, message_id: Path[Id], lang: Path[Language], body: TranslationIn
) -> Any:
    """Of the version that is with the units. Of health words units get it after the yes of an expert; those who read the
    language are told with each revision."""
    found = visible_message(request, message_id)
    require(request.person, Ability.OFFER_MESSAGE, found.unit_id)
    known = queries.translation_of(found, lang)
    changed = _("There is a newer version, or somebody else changed this translation. Nothing was kept: read it again.")
    require_seen(request, _etag(found, known), changed)
    services.save_translation(
        _current(found),
        lang,
        body.title,
        body.text,
        variants=body.variants,
        expected_revision=_revision(found, known),
        by=request.person,
    )
    return _answered(response, found, lang)


@router.post(
    "messages/{message_id}/translations/{lang}/endorsement",
    response=answers(200, TranslationOut, 409),
    summary="Say yes to a translation",
    **needs(Verb.APPROVE, CODE),
)
@asks(Verb.APPROVE)
def endorse_translation(
    request: ApiRequest, response: HttpResponse, message_id: Path[Id], lang: Path[Language], body: TranslationYesIn
) -> Any:
    """Of a health expert who reads the language and wrote nothing of it, with a Ravi-Code (none in a demo)."""
    found = visible_message(request, message_id)
    known = queries.translation_of(found, lang)
    if known is None:
        raise not_found()
    require(request.person, Ability.APPROVE_HEALTH_POST, found.unit_id)
    prove(request)
    services.endorse_translation(known, revision=body.revision, by=request.person)
    return _answered(response, found, lang)


def _answered(response: HttpResponse, found: Message, lang: str) -> dict[str, Any]:
    said = _told(found, lang, queries.translation_of(found, lang))
    response.headers["ETag"] = said["etag"]
    return said


def _told(found: Message, lang: str, known: Any) -> dict[str, Any]:
    is_waiting = known is not None and needs_expert(found.topic) and not known.is_endorsed
    is_current = known is not None and not known.is_outdated
    return {
        "lang": lang,
        "etag": _etag(found, known),
        "is_given": is_current and not is_waiting,
        "needs_yes": is_current and is_waiting,
        "translation": _words(known) if known is not None else None,
    }


def _words(known: Any) -> dict[str, Any]:
    parts = words_of(known)
    return {
        "version": known.version.number,
        "by": named(known.by),
        "parts": parts,
        "shown": shown(parts, queries.facts_of(known.version), known.lang),
        **{name: getattr(known, name) for name in ("revision", "at", "is_endorsed", "is_outdated")},
    }


def _etag(found: Message, known: Translation | None) -> str:
    return version_of_translation(found.current_id or 0, _revision(found, known))


def _revision(found: Message, known: Translation | None) -> int:
    """0 as long as the version of now has none."""
    return known.revision if known is not None and known.version_id == found.current_id else 0


def _current(found: Message) -> Version:
    if found.current is None:
        raise Problem(409, "not_offered", _("A message is translated once it was offered to the units."))
    return found.current
