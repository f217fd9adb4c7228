"""What headquarters fills in for a message and for a version of its words, as values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from ravi.core.canonical import JSON, sha256
from ravi.network.facts.values import LockedFact, as_json
from ravi.network.rules import Aim, MessageKind, OnNewVersion, Priority
from ravi.platforms.compose import FULL
from ravi.publishing.draft import TITLE
from ravi.publishing.rules import Topic


@dataclass(frozen=True)
class CampaignFields:
    """What is said of a campaign; only the name is needed."""

    name: str
    goal: str = ""
    age_groups: str = ""
    dose: str = ""
    area: str = ""
    languages: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class MessageFields:
    """How a message goes through the network. `window_min` None: the default of its kind."""

    topic: str = Topic.HEALTH
    kind: str = MessageKind.MESSAGE
    priority: str = Priority.NORMAL
    on_new_version: str = OnNewVersion.PAUSE
    window_min: int | None = None
    with_link: bool = True
    deadline: datetime | None = None
    campaign_id: int | None = None
    aims: tuple[Aim, ...] = ()


@dataclass(frozen=True)
class Source:
    """On what the words rest: who looked at it, and when."""

    title: str
    link: str = ""
    dated: date | None = None
    reviewer: str = ""

    @property
    def is_link(self) -> bool:
        """Whether a page may lead there."""
        return self.link.startswith(("https://", "http://"))


@dataclass(frozen=True)
class VersionFields:
    """The words of a version with their facts; texts refer to facts by name in braces."""

    title: str = ""
    text: str = ""
    lang: str = "fa"
    variants: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[LockedFact, ...] = ()
    key_messages: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    what_changed: str = ""
    valid_until: datetime | None = None

    @property
    def parts(self) -> dict[str, str]:
        """Every text that people read, by its name."""
        return {TITLE: self.title, FULL: self.text, **self.variants}


def cleaned(fields: VersionFields) -> VersionFields:
    """The same with browsers' line ends made plain and empty variants left out; no word changes."""
    return replace(
        fields,
        title=" ".join(fields.title.split()),
        text=_lines(fields.text),
        what_changed=_lines(fields.what_changed).strip(),
        variants={name: _lines(text) for name, text in fields.variants.items() if text.strip()},
        key_messages=tuple(" ".join(one.split()) for one in fields.key_messages if one.strip()),
        sources=tuple(one for one in fields.sources if one.title.strip() or one.link.strip()),
    )


def content_hash(fields: VersionFields, topic: str) -> str:
    """SHA-256 of all that an expert says yes to: the words, the facts, the sources, the expiry and the topic."""
    return sha256(
        {
            "title": fields.title,
            "text": fields.text,
            "lang": fields.lang,
            "variants": dict(fields.variants),
            "facts": [fact_as_json(fact) for fact in fields.facts],
            "key_messages": list(fields.key_messages),
            "sources": sources_as_json(fields.sources),
            "valid_until": fields.valid_until.isoformat() if fields.valid_until else None,
            "topic": str(topic),
        }
    )


def fact_as_json(fact: LockedFact) -> dict[str, JSON]:
    """One fact with its value."""
    return {
        "name": fact.name,
        "label": fact.label,
        "kind": str(fact.kind),
        "value": as_json(fact.value),
        "is_required": fact.is_required,
    }


def sources_as_json(sources: tuple[Source, ...]) -> list[dict[str, JSON]]:
    """For the row."""
    return [
        {
            "title": one.title,
            "link": one.link,
            "dated": one.dated.isoformat() if one.dated else None,
            "reviewer": one.reviewer,
        }
        for one in sources
    ]


def sources_from_json(kept: list[Mapping[str, str | None]]) -> tuple[Source, ...]:
    """The sources that `sources_as_json` wrote."""
    return tuple(
        Source(
            one["title"] or "",
            one["link"] or "",
            date.fromisoformat(one["dated"]) if one["dated"] else None,
            one["reviewer"] or "",
        )
        for one in kept
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
