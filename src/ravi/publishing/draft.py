"""What a writer fills in, as one value: the fields of a draft and the parts whose words are tidied. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ravi.core.canonical import JSON
from ravi.platforms.compose import FULL
from ravi.publishing.rules import Topic

TITLE = "title"


@dataclass(frozen=True)
class DraftFields:
    """All that a person writes or chooses for a post. `variants` maps a name to other words; empty is none.

    `as_typed` names the parts (TITLE, FULL, a variant's name) that stay exactly as typed.
    """

    title: str = ""
    text: str = ""
    lang: str = "fa"
    link: str = ""
    valid_until: datetime | None = None
    due_at: datetime | None = None
    topic: str = Topic.HEALTH
    variants: Mapping[str, str] = field(default_factory=dict)
    media_ids: tuple[int, ...] = ()
    channel_ids: frozenset[int] = frozenset()
    as_typed: frozenset[str] = frozenset()

    @property
    def parts(self) -> dict[str, str]:
        """Every text that people read, by its name."""
        return {TITLE: self.title, FULL: self.text, **self.variants}


def cleaned(fields: DraftFields) -> DraftFields:
    """The same with browsers' line ends made plain and empty variants left out; no word changes."""
    return replace(
        fields,
        title=_lines(fields.title).replace("\n", " ").strip(),
        text=_lines(fields.text),
        link=fields.link.strip(),
        variants={name: _lines(text) for name, text in fields.variants.items() if text.strip()},
        media_ids=tuple(dict.fromkeys(fields.media_ids)),
    )


def as_json(fields: DraftFields) -> dict[str, JSON]:
    """For keeping a draft aside."""
    return {
        "title": fields.title,
        "text": fields.text,
        "lang": fields.lang,
        "link": fields.link,
        "valid_until": fields.valid_until.isoformat() if fields.valid_until else None,
        "due_at": fields.due_at.isoformat() if fields.due_at else None,
        "topic": str(fields.topic),
        "variants": dict(fields.variants),
        "media_ids": list(fields.media_ids),
        "channel_ids": sorted(fields.channel_ids),
        "as_typed": sorted(fields.as_typed),
    }


def from_json(kept: Mapping[str, JSON]) -> DraftFields:
    """The draft that `as_json` wrote."""
    values = dict(kept)
    for name in ("valid_until", "due_at"):
        values[name] = datetime.fromisoformat(str(values[name])) if values[name] else None  # type: ignore[assignment]
    return DraftFields(
        **values  # type: ignore[arg-type]
        | {
            "media_ids": tuple(values["media_ids"]),  # type: ignore[arg-type]
            "channel_ids": frozenset(values["channel_ids"]),  # type: ignore[arg-type]
            "as_typed": frozenset(values["as_typed"]),  # type: ignore[arg-type]
        }
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
