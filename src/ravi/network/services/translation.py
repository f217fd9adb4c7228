"""Translations of an issued version: held to the same facts, linked to the version that they say in other words."""

from collections.abc import Mapping

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person
from ravi.accounts.queries import people_who_may
from ravi.accounts.rules import Ability, can_read
from ravi.core import clock
from ravi.network.draft import VersionFields, cleaned
from ravi.network.errors import FactsContradicted, LanguageUnread, MessageRefused, NotNow, OwnWords, WordsChanged
from ravi.network.facts.check import problems_of
from ravi.network.facts.kinds import TRANSLATED
from ravi.network.models import Message, Translation, TranslationYes, Version
from ravi.network.queries.version import facts_of, writer_ids
from ravi.network.rules import MessageAct, needs_expert
from ravi.network.sentences import sentences
from ravi.network.services import steps
from ravi.network.services.based_on import leave_behind
from ravi.network.services.correct_message import take_up_translation
from ravi.notices.services import answer, tell
from ravi.publishing.draft import TITLE


@transaction.atomic
def save_translation(
    version: Version,
    lang: str,
    title: str,
    text: str,
    *,
    variants: Mapping[str, str] | None = None,
    expected_revision: int = 0,
    by: Person,
) -> Translation:
    """Keep a translation over the revision that `by` saw; 0 for one that is not there yet. Texts stay byte for byte.

    Raises PermissionDenied, MessageRefused, FactsContradicted, and NotNow where the version is no more the current one
    or somebody else saved meanwhile.
    """
    message = steps.taken(version.message)
    steps.require_offerer(by, message.unit_id)
    steps.state_after(message, MessageAct.EDIT)
    if message.current_id != version.pk:
        raise NotNow(_("There is a newer version. Translate that one; this translation was not kept."))
    wanted = cleaned(VersionFields(title=title, text=text, lang=lang, variants=variants or {}))
    _check(version, wanted)
    known = Translation.objects.filter(version=version, lang=lang).first()
    if (known.revision if known else 0) != expected_revision:
        raise NotNow(_("Somebody else changed this translation meanwhile. Look at it and keep yours again."))
    kept = known or Translation(institution_id=message.institution_id, version=version, lang=lang, revision=0)
    kept.title, kept.text, kept.variants = wanted.title, wanted.text, dict(wanted.variants)
    kept.revision, kept.by, kept.at = kept.revision + 1, by, clock.now()
    kept.save()
    steps.note_writer(message, by)
    if not needs_expert(message.topic):
        leave_behind(kept, message, by=by)  # posts are held before the chain
    steps.note("save_translation", message, by, {"number": version.number, "lang": lang})
    if needs_expert(message.topic):
        _ask(message, kept, by)
    else:
        take_up_translation(kept)
    return kept


@transaction.atomic
def endorse_translation(translation: Translation, *, revision: int, by: Person) -> TranslationYes:
    """`by`, a health expert who reads the language, says yes to the words of that revision; twice is once.

    Raises PermissionDenied, OwnWords, WordsChanged, NotNow, LanguageUnread.
    """
    message = steps.taken(translation.version.message)
    require(by, Ability.APPROVE_HEALTH_POST, message.unit_id)
    steps.state_after(message, MessageAct.EDIT)
    current = Translation.objects.select_for_update().get(pk=translation.pk)
    if message.current_id != current.version_id or not needs_expert(message.topic):
        raise NotNow(_("There is a newer version, or nobody has to say yes to this translation."))
    if current.revision != revision:
        raise WordsChanged
    if by.pk in writer_ids(message) | {current.by_id}:
        raise OwnWords
    if not can_read(by.reads, current.lang):
        raise LanguageUnread(str(current.get_lang_display()))
    known = TranslationYes.objects.filter(translation=current, revision=revision).first()
    if known is not None:
        return known
    said = TranslationYes.objects.create(
        institution_id=message.institution_id, translation=current, revision=revision, by=by, at=clock.now()
    )
    leave_behind(current, message, by=by)
    url = _page(message, current)
    answer("translation_asked", url, institution_id=message.institution_id)
    told = {"who": by.name, "title": message.title, "lang": current.lang}
    tell({current.by_id}, "translation_endorsed", told, url, institution_id=message.institution_id)
    take_up_translation(current)
    steps.note("endorse_translation", message, by, {"number": current.version.number, "lang": current.lang})
    return said


def _ask(message: Message, kept: Translation, by: Person) -> None:
    """Those health experts who read the language and wrote nothing of it hear of it, once a revision."""
    url, own = _page(message, kept), writer_ids(message)
    answer("translation_asked", url, institution_id=message.institution_id)
    experts = people_who_may(message.institution_id, Ability.APPROVE_HEALTH_POST)
    able = [one.pk for one in experts if can_read(one.reads, kept.lang) and one.pk not in own]
    told = {"who": by.name, "title": message.title, "lang": kept.lang}
    tell(able, "translation_asked", told, url, institution_id=message.institution_id)


def _page(message: Message, translation: Translation) -> str:
    return reverse("network:translation", args=[message.pk, translation.lang])


def _check(version: Version, wanted: VersionFields) -> None:
    if wanted.lang not in TRANSLATED:
        raise MessageRefused(_("Choose the languages from the list."))
    if not wanted.title.strip() or not wanted.text.strip():
        raise MessageRefused(_("Write a title and a text first."))
    facts = facts_of(version)
    problems = problems_of(wanted.parts, facts, wanted.lang, without=frozenset({TITLE}))
    if problems:
        raise FactsContradicted(problems, sentences(problems, wanted.lang))
