"""Words, facts and yeses of versions."""

from django.db.models import QuerySet

from ravi.network.draft import VersionFields, sources_from_json
from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import LockedFact, from_json
from ravi.network.models import Endorsement, Fact, Message, Version, Writer


def locked(fact: Fact) -> LockedFact:
    """The row as a value."""
    kind = FactKind(fact.kind)
    return LockedFact(fact.name, kind, from_json(kind, fact.value), fact.label, fact.is_required)


def facts_of(version: Version) -> tuple[LockedFact, ...]:
    """The facts of a version in their order; no question where they were prefetched."""
    return tuple(locked(fact) for fact in version.facts.all())


def fields_of(version: Version) -> VersionFields:
    """What was filled in."""
    return VersionFields(
        title=version.title,
        text=version.text,
        lang=version.lang,
        variants=dict(version.variants),
        facts=facts_of(version),
        key_messages=tuple(version.key_messages),
        sources=sources_from_json(version.sources),
        what_changed=version.what_changed,
        valid_until=version.valid_until,
    )


def draft_of(message: Message) -> Version | None:
    """The version that is being written."""
    return message.versions.filter(issued_at=None).select_related("edited_by").first()


def endorsement_of(version: Version) -> Endorsement | None:
    """The expert's yes to the words as they are now."""
    said = Endorsement.objects.filter(version=version, revision=version.revision, content_hash=version.content_hash)
    return said.select_related("by").first()


def writer_ids(message: Message) -> set[int]:
    """Everybody who changed the message's words."""
    return set(Writer.objects.filter(message=message).values_list("person_id", flat=True))


def older_versions(version: Version) -> QuerySet[Version]:
    """What was issued of the message before it."""
    return Version.objects.filter(message=version.message_id, number__lt=version.number, issued_at__isnull=False)
