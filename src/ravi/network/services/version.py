"""Versions of a message's words: begun from the one before, saved without losing anybody's, never changed once issued."""

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.core.calendar import number
from ravi.network.draft import VersionFields, cleaned, content_hash, sources_as_json
from ravi.network.errors import EditedMeanwhile, MessageRefused
from ravi.network.facts.kinds import LANGUAGES
from ravi.network.facts.values import as_json, key
from ravi.network.models import Fact, Message, Version
from ravi.network.queries.version import fields_of
from ravi.network.rules import MOST_FACTS, MOST_KEY_MESSAGES, MOST_SOURCES, MessageAct, MessageState
from ravi.network.services import steps
from ravi.platforms import registry
from ravi.publishing.rules import LONGEST_TEXT, LONGEST_TITLE, variant_names
from ravi.text.normalise import normalise


@transaction.atomic
def start_version(message: Message, *, by: Person) -> Version:
    """The draft of the next version, with the words of the current one; the open draft where there is one."""
    steps.require_offerer(by, message.unit_id)
    current = steps.taken(message)
    steps.state_after(current, MessageAct.EDIT)
    known = Version.objects.filter(message=current, issued_at=None).first()
    if known is not None:
        return known
    last = current.versions.latest("number")
    now = clock.now()
    version = Version(
        institution_id=current.institution_id,
        message=current,
        number=last.number + 1,
        created_at=now,
        edited_at=now,
        edited_by=by,
    )
    write_version(version, current, replace(fields_of(last), what_changed=""), by, is_written_by=False)
    steps.note("start_version", current, by, {"number": version.number})
    return version


@transaction.atomic
def save_version(version: Version, fields: VersionFields, *, expected_revision: int, by: Person) -> Version:
    """Keep what `by` typed over the revision they saw. The same words again change nothing.

    Raises PermissionDenied, MessageRefused, NotNow, and EditedMeanwhile, which carries both texts and wrote nothing.
    """
    message = steps.taken(version.message)
    steps.require_offerer(by, message.unit_id)
    steps.state_after(message, MessageAct.EDIT)
    current = steps.draft_of(message)
    wanted = tidied(cleaned(fields))
    _check(wanted)
    if current.pk == version.pk and _is_same(current, wanted, message):
        return current
    if current.pk != version.pk or current.revision != expected_revision:
        raise EditedMeanwhile(current, theirs=fields_of(current), yours=wanted, who=current.edited_by)
    current.revision += 1
    write_version(current, message, wanted, by)
    steps.answer_request(message)
    steps.note("save_version", message, by, {"number": current.number, "revision": current.revision})
    return current


def _is_same(version: Version, wanted: VersionFields, message: Message) -> bool:
    is_same_note = wanted.what_changed == version.what_changed
    return is_same_note and content_hash(wanted, message.topic) == version.content_hash


def tidied(fields: VersionFields) -> VersionFields:
    """Every text in one spelling, as a post's."""

    def safe(text: str) -> str:
        return normalise(text, lang=fields.lang)

    return replace(
        fields,
        title=safe(fields.title),
        text=safe(fields.text),
        variants={name: safe(text) for name, text in fields.variants.items()},
        key_messages=tuple(safe(one) for one in fields.key_messages),
    )


def write_version(
    version: Version, message: Message, fields: VersionFields, by: Person, *, is_written_by: bool = True
) -> None:
    """The words and facts into their rows; for services of this room, with the message taken."""
    wanted = tidied(cleaned(fields))
    _check(wanted)
    version.title, version.text, version.lang = wanted.title, wanted.text, wanted.lang
    version.variants, version.key_messages = dict(wanted.variants), list(wanted.key_messages)
    version.sources, version.what_changed = sources_as_json(wanted.sources), wanted.what_changed
    version.valid_until = wanted.valid_until
    version.content_hash = content_hash(wanted, message.topic)
    version.asked_at = version.asked_by = None
    version.edited_at, version.edited_by = clock.now(), by
    version.save()
    _write_facts(version, wanted)
    if message.state == MessageState.DRAFT:
        message.title, message.valid_until = wanted.title, wanted.valid_until
        message.save(update_fields=["title", "valid_until"])
    if is_written_by:
        steps.note_writer(message, by)


def _write_facts(version: Version, fields: VersionFields) -> None:
    version.facts.all().delete()
    Fact.objects.bulk_create(
        [
            Fact(
                institution_id=version.institution_id,
                version=version,
                name=fact.name,
                label=fact.label,
                kind=fact.kind,
                value=as_json(fact.value),
                is_required=fact.is_required,
                position=position,
            )
            for position, fact in enumerate(fields.facts)
        ]
    )


def _check(fields: VersionFields) -> None:
    if len(fields.title) > LONGEST_TITLE:
        raise MessageRefused(_("The title is longer than %(most)s characters.") % {"most": number(LONGEST_TITLE)})
    if any(len(text) > LONGEST_TEXT for text in (*fields.parts.values(), fields.what_changed)):
        raise MessageRefused(_("A text is longer than %(most)s characters.") % {"most": number(LONGEST_TEXT)})
    for text in (*fields.parts.values(), *fields.key_messages, fields.what_changed):
        _check_encodable(text)
    if fields.lang not in LANGUAGES:
        raise MessageRefused(_("Choose the languages from the list."))
    platforms = {platform for kind in registry.kinds() for platform in registry.platforms(kind)}
    if unknown := fields.variants.keys() - variant_names(platforms):
        raise MessageRefused(_("There is no variant named “%(name)s”.") % {"name": min(unknown)})
    _check_counts({_("facts"): (len(fields.facts), MOST_FACTS), _("sources"): (len(fields.sources), MOST_SOURCES)})
    _check_counts({_("key messages"): (len(fields.key_messages), MOST_KEY_MESSAGES)})
    names = [key(fact.name) for fact in fields.facts]
    if len(set(names)) != len(names):
        raise MessageRefused(_("Two facts have the same name. Give each its own."))


def _check_counts(counts: Mapping[str, tuple[int, int]]) -> None:
    for what, (count, most) in counts.items():
        if count > most:
            raise MessageRefused(_("There are more than %(most)s %(what)s.") % {"most": number(most), "what": what})


def _check_encodable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise MessageRefused(_("Half a character came along with the text. Paste it again.")) from error
