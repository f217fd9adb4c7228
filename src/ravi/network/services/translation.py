"""Translations of an issued version: held to the same facts, linked to the version that they say in other words."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.network.draft import VersionFields, cleaned
from ravi.network.errors import FactsContradicted, MessageRefused, NotNow
from ravi.network.facts.check import problems_of
from ravi.network.facts.kinds import TRANSLATED
from ravi.network.models import Translation, Version
from ravi.network.queries.version import facts_of
from ravi.network.rules import MessageAct
from ravi.network.sentences import sentences
from ravi.network.services import steps
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
    steps.note("save_translation", message, by, {"number": version.number, "lang": lang})
    return kept


def _check(version: Version, wanted: VersionFields) -> None:
    if wanted.lang not in TRANSLATED:
        raise MessageRefused(_("Choose the languages from the list."))
    if not wanted.title.strip() or not wanted.text.strip():
        raise MessageRefused(_("Write a title and a text first."))
    facts = facts_of(version)
    problems = problems_of(wanted.parts, facts, wanted.lang, without=frozenset({TITLE}))
    if problems:
        raise FactsContradicted(problems, sentences(problems, wanted.lang))
