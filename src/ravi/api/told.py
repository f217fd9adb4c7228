"""What programs are told of the network's rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from ravi.api.schemas.parts import named
from ravi.network import queries
from ravi.network.draft import fact_as_json, sources_as_json
from ravi.network.facts.reference import render
from ravi.network.facts.rendering import written
from ravi.network.facts.values import LockedFact
from ravi.network.models import Adoption, Campaign, Message, Offer, Translation, Version
from ravi.network.queries.uptake import Row
from ravi.network.services.adoption import words_of

CAMPAIGN = ("name", "goal", "age_groups", "dose", "area", "languages", "starts_on", "ends_on")


def campaign_out(campaign: Campaign) -> dict[str, Any]:
    said = {name: getattr(campaign, name) for name in (*CAMPAIGN, "unit_id", "state", "created_at")}
    return {"id": campaign.pk, "owner": named(campaign.owner), **said}


def version_out(version: Version) -> dict[str, Any]:
    """Two questions: its facts, and the expert's yes."""
    fields = queries.fields_of(version)
    same = {name: getattr(fields, name) for name in ("lang", "key_messages", "what_changed", "valid_until")}
    kept = {name: getattr(version, name) for name in ("number", "revision", "content_hash", "issued_at")}
    return {
        "id": version.pk,
        "parts": fields.parts,
        "shown": shown(fields.parts, fields.facts, fields.lang),
        "facts": [{**fact_as_json(fact), "written": written(fact, version.lang)} for fact in fields.facts],
        "sources": sources_as_json(fields.sources),
        "is_endorsed": queries.endorsement_of(version) is not None,
        **same,
        **kept,
    }


def message_brief(message: Message) -> dict[str, Any]:
    same = ("unit_id", "campaign_id", "title", "topic", "kind", "priority", "state", "deadline", "valid_until")
    return {
        "id": message.pk,
        **{name: getattr(message, name) for name in (*same, "created_at", "offered_at")},
        "version": message.current.number if message.current else None,
        "page": reverse("network:message", args=[message.pk]),
    }


def message_out(message: Message, draft: Version | None) -> dict[str, Any]:
    aims = (queries.aim_of(target) for target in message.targets.all())
    return {
        **message_brief(message),
        "author": named(message.author),
        "on_new_version": message.on_new_version,
        "window_min": message.window_min,
        "with_link": message.with_link,
        "aims": [{"kind": one.kind, "unit_id": one.unit_id, "unit_kind": one.unit_kind or None} for one in aims],
        "current": version_out(message.current) if message.current else None,
        "draft": version_out(draft) if draft else None,
    }


def offer_brief(offer: Offer) -> dict[str, Any]:
    message = offer.message
    assert message.current is not None  # offers are of issued messages
    return {
        "id": offer.pk,
        **{name: getattr(message, name) for name in ("title", "topic", "kind", "priority", "valid_until")},
        **{name: getattr(offer, name) for name in ("unit_id", "message_id", "state", "offered_at", "deadline")},
        "message_state": message.state,
        "version": message.current.number,
        "seen_at": offer.seen_at,
        "answered_at": offer.answered_at,
        "page": reverse("network:offer", args=[offer.pk]),
    }


def answer_out(adoption: Adoption) -> dict[str, Any]:
    return {
        "id": adoption.pk,
        "version": adoption.version.number,
        "lang": adoption.post.lang if adoption.post else "",
        "link": adoption.post.link if adoption.post else "",
        **{name: getattr(adoption, name) for name in ("kind", "reason", "parts", "post_id", "at")},
    }


def uptake_out(row: Row) -> dict[str, Any]:
    lines = ("channel_id", "platform", "state", "link", "due_at")
    return {
        "unit_id": row.unit.pk,
        "answer": row.kind,
        "based_on": row.version,
        "channels": [{name: getattr(line, name) for name in lines} for line in row.lines],
        **{name: getattr(row, name) for name in ("offer_id", "state", "is_outdated", "answered_at", "reason")},
    }


def words_out(version: Version, words: Version | Translation) -> dict[str, Any]:
    """An issued version in one of its languages. One question: its facts."""
    facts, lang, parts = queries.facts_of(version), words.lang, words_of(words)
    return {
        "lang": lang,
        "version": version.number,
        "parts": parts,
        "shown": shown(parts, facts, lang),
        "facts": [{**fact_as_json(fact), "written": written(fact, lang)} for fact in facts],
    }


def shown(parts: Mapping[str, str], facts: Sequence[LockedFact], lang: str) -> dict[str, str]:
    """The parts as people read them."""
    return {name: render(text, facts, lang).text for name, text in parts.items()}
