"""Everything that the composer shows about one draft: forks, suggestions, tidying, images, readiness, channels."""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.accounts.models import Person, Unit
from ravi.core import calendar
from ravi.core.calendar import number
from ravi.directory.models import Channel
from ravi.publishing import queries
from ravi.publishing.draft import DraftFields
from ravi.publishing.models import Post, Return
from ravi.publishing.pages import choice, counters, platforms
from ravi.publishing.pages.choice import Choice, Place
from ravi.publishing.pages.counters import Fork
from ravi.publishing.tidy import Change

HALF_SPACE = "\u200c"


@dataclass(frozen=True)
class Suggestion:
    """One suggested spelling with some words around it."""

    key: str
    change: Change
    before: str
    old: str
    new: str
    after: str

    @property
    def why(self) -> str:
        """Names what the eye does not see."""
        if _bare(self.old) != _bare(self.new):
            return ""
        if self.old.count(HALF_SPACE) == self.new.count(HALF_SPACE):
            return _("a space")
        parts = [part for part in self.new.split(HALF_SPACE) if part]
        if len(parts) == 2:
            return _("a half-space between “%(first)s” and “%(second)s”") % {"first": parts[0], "second": parts[1]}
        return _("a half-space")


def _bare(text: str) -> str:
    """The text without what the eye takes for a gap."""
    return text.replace(HALF_SPACE, "").replace(" ", "")


@dataclass(frozen=True)
class Line:
    """One line of the list before sending."""

    bead: str
    text: str

    @property
    def classes(self) -> str:
        return {"knot": "is-sent", "blocked": "is-blocked", "unknown": "is-unknown"}.get(self.bead, "is-wait")


class Choices:
    """The channels that a person may publish on, and how the chosen ones are said."""

    def __init__(self, channels: Sequence[Channel], chosen: Collection[int]) -> None:
        self.channels = channels
        self.chosen = frozenset(chosen)
        self.places = [Place(c.pk, c.unit_id, c.platform, c.unit.kind) for c in channels]

    @cached_property
    def choice(self) -> Choice:
        return choice.named(self.chosen, self.places)

    @cached_property
    def platform_pairs(self) -> list[tuple[str, str]]:
        counts = Counter(place.platform for place in self.places)
        keys = platforms.in_order(counts)
        return [(key, f"{platforms.name(key)} ({number(counts[key])})") for key in keys]

    @cached_property
    def names(self) -> list[tuple[str, str]]:
        return [(key, platforms.name(key)) for key in platforms.in_order(place.platform for place in self.places)]

    @cached_property
    def group_pairs(self) -> list[tuple[str, str]]:
        units: dict[str, set[int]] = {}
        for place in self.places:
            units.setdefault(place.group, set()).add(place.unit_id)
        return [(key, f"{group_name(key)} ({number(len(units[key]))})") for key in Unit.Kind.values if key in units]

    @cached_property
    def picked(self) -> list[Channel]:
        return [channel for channel in self.channels if channel.pk in self.chosen]

    @property
    def sentence(self) -> str:
        units = len({channel.unit_id for channel in self.picked})
        return reach_sentence(units, len(self.picked))

    def ids(self, reach: str, wanted: Collection[str], groups: Collection[str]) -> frozenset[int]:
        """What the form asks for, as channels."""
        if reach == choice.ALL:
            return frozenset(place.channel_id for place in self.places)
        if reach == choice.SOME:
            return frozenset(choice.channels(wanted, groups, self.places))
        return self.chosen


def group_name(kind: str) -> str:
    """Units of one kind, in the plural."""
    names = {
        Unit.Kind.HEADQUARTERS: _("Headquarters"),
        Unit.Kind.HOSPITAL: _("Hospitals"),
        Unit.Kind.FACULTY: _("Faculties"),
        Unit.Kind.COUNTY_NETWORK: _("County health networks"),
        Unit.Kind.HEALTH_HOUSE: _("Health houses"),
        Unit.Kind.CENTRE: _("Centres"),
    }
    return names.get(Unit.Kind(kind), kind) if kind in Unit.Kind.values else kind


def reach_sentence(units: int, channels: int) -> str:
    """۶۰ واحد، ۳۶۰ کانال"""
    if not channels:
        return _("No channel is chosen yet.")
    said = [
        ngettext("%(n)s unit", "%(n)s units", units) % {"n": number(units)},
        ngettext("%(n)s channel", "%(n)s channels", channels) % {"n": number(channels)},
    ]
    return _(", ").join(said)


def forks(fields: DraftFields, picked: Sequence[Channel], see: str) -> list[Fork]:
    """One branch per chosen platform; where two ways lead to one platform, the tighter one speaks."""
    counts = Counter(channel.platform for channel in picked)
    samples = {(channel.adapter, channel.platform): channel for channel in reversed(picked)}
    found: dict[str, Fork] = {}
    for preview in queries.previews(fields, list(samples.values())):
        platform = preview.channel.platform
        fork = Fork(
            platform,
            preview.fitted,
            tuple(preview.sentences),
            has_link_field=preview.profile.link_field,
            channel_count=counts[platform],
            marks=" ".join(sorted(preview.profile.marks)),
            lang=fields.lang,
            is_seen=platform == see,
        )
        if platform not in found or len(fork.sentences) > len(found[platform].sentences):
            found[platform] = fork
    return [found[key] for key in platforms.in_order(found)]


def with_controls(made: Sequence[Fork], form: object) -> list[Fork]:
    """The forks with the fields for their own words."""
    return [replace(fork, bound=form.own(fork.platform)) for fork in made]  # type: ignore[attr-defined]


def sample(picked: Sequence[Channel], see: str, unit_id: int) -> Channel | None:
    """The channel that stands for a platform in the preview: the writer's own unit first."""
    mine = [channel for channel in picked if channel.platform == see] or list(picked)
    if not mine:
        return None
    first = platforms.in_order(channel.platform for channel in mine)[0]
    same = [channel for channel in mine if channel.platform == first]
    return min(same, key=lambda channel: channel.unit_id != unit_id)


def suggestions(fields: DraftFields, left: Collection[str], most: int = 12) -> list[Suggestion]:
    """Spelling suggestions for the full text that nobody has waved away."""
    text, seen = fields.text, Counter[tuple[str, str]]()
    found = []
    for change in queries.typo_suggestions(text, fields.lang):
        pair = (change.before, change.after)
        key = hashlib.sha256(f"{pair}{seen[pair]}".encode()).hexdigest()[:12]
        seen[pair] += 1
        if key not in left:
            found.append(_suggestion(key, change, text))
    return found[:most]


def _suggestion(key: str, change: Change, text: str) -> Suggestion:
    start = text.rfind("\n", 0, change.start) + 1
    end = text.find("\n", change.end)
    before = text[max(start, change.start - 24) : change.start]
    after = text[change.end : min(end if end >= 0 else len(text), change.end + 24)]
    if change.start - 24 > start and " " in before:
        before = "… " + before.split(" ", 1)[1]
    if " " in after and change.end + 24 < (end if end >= 0 else len(text)):
        after = after.rsplit(" ", 1)[0] + " …"
    return Suggestion(key, change, before, change.before, change.after, after)


@dataclass(frozen=True)
class TidiedNote:
    """What the safe level changed in the words as typed, as one sentence."""

    sentence: str


def tidied_note(post: Post | None) -> TidiedNote | None:
    """None where the words stand as they were typed."""
    if post is None:
        return None
    typed = [post.typed_title, post.typed_text]
    count = sum(len(queries.tidied(text, post.lang).changes) for text in typed if text)
    changed = post.typed_text != post.text or post.typed_title != post.title
    if not count or not changed:
        return None
    said = ngettext(
        "%(n)s place was put into Persian spelling (such as ي and ك).",
        "%(n)s places were put into Persian spelling (such as ي and ك).",
        count,
    )
    return TidiedNote(said % {"n": number(count)})


def last_return(post: Post) -> Return | None:
    """Why the post came back."""
    return Return.objects.filter(post=post).select_related("by").order_by("-at").first()


def ready_lines(fields: DraftFields, made: Sequence[Fork], chosen: int) -> list[Line]:
    """What stands in the way of sending, and what is well. A page on which nobody wrote yet reproaches nobody."""
    lines = [Line("knot", _("There is a text")) if fields.text.strip() else Line("wait", _("There is no text yet"))]
    if chosen:
        said = ngettext("%(n)s copy will be made", "%(n)s copies will be made", chosen) % {"n": number(chosen)}
        lines.append(Line("knot", said))
    else:
        lines.append(Line("blocked", _("No channel is chosen yet")))
    if not is_blank(fields):
        lines += [Line("blocked", fork.sentences[0]) for fork in made if fork.sentences]
    if fields.valid_until:
        lines.append(Line("knot", _("Holds until the end of %(day)s") % {"day": calendar.day(fields.valid_until)}))
    else:
        lines.append(Line("wait", _("No last day is set")))
    return lines


def is_blank(fields: DraftFields) -> bool:
    """Whether nothing was written or shown yet."""
    return not (fields.text.strip() or fields.media_ids or any(text.strip() for text in fields.variants.values()))


def dock(fields: DraftFields, made: Sequence[Fork]) -> dict[str, str]:
    """The two lines under the thumb: how many platforms are ready, and the first that is not."""
    ready = counters.ready_count(made)
    blocked = [fork for fork in made if fork.sentences]
    first = _short(blocked[0]) if blocked else ""
    if not made:
        return {"ready": _("No channel is chosen yet."), "blocked": ""}
    if is_blank(fields):
        return {"ready": _("There is no text yet"), "blocked": ""}
    said = ngettext("%(n)s platform is ready", "%(n)s platforms are ready", ready) % {"n": number(ready)}
    return {"ready": said, "blocked": first}


def _short(fork: Fork) -> str:
    """For the narrow dock: the platform and by how much."""
    if fork.is_over:
        return _("%(platform)s: %(n)s over") % {"platform": fork.name, "n": number(fork.over_by)}
    return fork.sentences[0]


def approvers_sentence(people: Sequence[Person]) -> str:
    """Who will be asked."""
    if not people:
        return _("Nobody here may approve this yet. Ask the head of the institution to name somebody.")
    names = "، ".join(person.name for person in people[:3]) + ("، …" if len(people) > 3 else "")
    return _("Approved by: %(names)s. Nothing goes out before that.") % {"names": names}
