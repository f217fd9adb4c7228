"""What an approver reads: their place in the queue, what changed, what differs between copies, and the chain."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.accounts.models import Person
from ravi.core import calendar, clock
from ravi.core.calendar import number
from ravi.directory.models import Channel
from ravi.library.models import Media, Rendition
from ravi.library.queries import media_by_hash, renditions_by_hash
from ravi.publishing import queries
from ravi.publishing.correction import Way
from ravi.publishing.models import Approval, Copy, PassOn, Post, Return
from ravi.publishing.pages import platforms, seen
from ravi.publishing.pages.composer import reach_sentence
from ravi.publishing.pages.diff import Difference, difference
from ravi.publishing.queries import Given, Group, ShownSet
from ravi.publishing.queries.correction import latest_of
from ravi.text.bidi import hidden_characters

# Nobody reads so many in a row; the place in a longer queue says nothing.
MOST_WAITING = 500


@dataclass(frozen=True)
class Turn:
    """The place of one post in a person's queue; `next_url` leads on, "" at the end."""

    place: int
    total: int
    next_url: str

    @property
    def steps(self) -> list[str]:
        """For the beads: done, now, or nothing; none when they would be too many to read."""
        if self.total > 12:
            return []
        return ["done" if n < self.place else "now" if n == self.place else "" for n in range(1, self.total + 1)]


def turn(person: Person, post: Post) -> Turn | None:
    """None when the post does not wait for this person."""
    waiting = list(queries.posts_awaiting(person).values_list("pk", flat=True)[:MOST_WAITING])
    if len(waiting) < MOST_WAITING:
        queries.note_awaiting(person, len(waiting))
    if post.pk not in waiting:
        return None
    place = waiting.index(post.pk)
    following = waiting[place + 1] if place + 1 < len(waiting) else (waiting[0] if place else None)
    url = reverse("publishing:approval", args=[following]) if following and following != post.pk else ""
    return Turn(place + 1, len(waiting), url)


@dataclass(frozen=True)
class Words:
    """One of the texts that a yes covers."""

    group: Group
    names: str
    count_sentence: str
    view: seen.Seen
    hidden: Sequence[object]

    @property
    def links(self) -> list[tuple[str, str]]:
        """Words that lead elsewhere, and where: on the platform the address is not seen."""
        text = self.group.text
        return [(text[mark.start : mark.end], mark.href) for mark in self.group.marks if mark.kind == "link"]


@dataclass(frozen=True)
class Pictures:
    """What stands behind the hashes of a set: kept images, and what was drawn from them for platforms."""

    kept: Mapping[str, Media]
    drawn: Mapping[str, Rendition]

    def image(self, item: Mapping[str, Any], platform: str) -> seen.Image | None:
        """As `platform` gets it. The frozen alt text is what goes out, whatever the library says by now."""
        rendition, media = self.drawn.get(item["sha256"]), self.kept.get(item["sha256"])
        if media is None:
            return None
        made = seen.as_drawn(rendition, platform) if rendition else seen.image(media)
        made = replace(made, alt_text=str(item.get("alt", "")))
        return seen.as_frozen(made, media, item) if made.is_video else made


def words(groups: Sequence[Group]) -> list[Words]:
    """Every different text of a set, the most widely read first, as its first platform shows it."""
    hashes = {item["sha256"] for group in groups for item in group.media}
    pictures = Pictures(media_by_hash(hashes), renditions_by_hash(hashes))
    return [_words(group, pictures) for group in groups]


def _words(group: Group, pictures: Pictures) -> Words:
    first = _first(group)
    names = "، ".join(platforms.name(key) for key in platforms.in_order(group.platforms))
    images = [pictures.image(item, names) for item in group.media]
    hidden = hidden_characters(group.text)
    view = seen.Seen(
        platform=first.platform,
        name=platforms.name(first.platform),
        unit=first.unit.name,
        handle=first.shown_handle,
        title=group.title,
        text=group.text,
        marks=group.marks,
        link=group.link,
        images=[image for image in images if image],
        hidden=hidden,
    )
    count = group.channel_count
    said = ngettext("%(n)s copy", "%(n)s copies", count) % {"n": number(count)}
    return Words(group, names, said, view, hidden)


def _first(group: Group) -> Channel:
    """The channel that stands for a text: on the platform that most people here read."""
    keys = platforms.in_order(group.platforms)
    return next(copy.channel for copy in group.copies if copy.platform == keys[0])


@dataclass(frozen=True)
class Changes:
    """What is new against the version that somebody last looked at."""

    difference: Difference
    notes: tuple[str, ...]
    since: str

    @property
    def count(self) -> int:
        return self.difference.count + len(self.notes)

    @property
    def sentence(self) -> str:
        said = ngettext("%(n)s change", "%(n)s changes", self.count) % {"n": number(self.count)}
        return _("%(changes)s since %(since)s") % {"changes": said, "since": self.since}


def returns_of(post: Post) -> list[Return]:
    """Every time it was sent back, oldest first; a first version never was."""
    return list(Return.objects.filter(post=post).select_related("by").order_by("at")) if post.revision > 1 else []


def changes(post: Post, shown: ShownSet, person: Person, returns: Sequence[Return]) -> Changes | None:
    """Against the version that was approved or returned last; None where nobody has seen one yet."""
    if not shown.groups:
        return None
    copy = _read_first(shown)
    nearest = Case(When(channel_id=copy.channel_id, then=0), When(platform=copy.platform, then=1), default=2)
    yes = Approval.objects.filter(copy__post=OuterRef("post"), copy__revision=OuterRef("revision")).order_by("pk")
    earlier = _earlier(post).annotate(
        approver_id=Subquery(yes.values("approver_id")[:1]), approver_name=Subquery(yes.values("approver__name")[:1])
    )
    old = (
        earlier.order_by("-post", "-revision", nearest, "pk").first() if post.corrects_id or post.revision > 1 else None
    )
    if old is None:
        return None
    before, after = json.loads(old.payload), json.loads(copy.payload)
    no = next((one for one in returns if one.revision == old.revision), None)
    since = _since(old, post, no, person)
    return Changes(difference(before["text"], after["text"]), tuple(_notes(before, after)), since)


def _read_first(shown: ShownSet) -> Copy:
    """The copy that stands for the whole set; an answer has a heading that what is out has not."""
    copies = [copy for group in shown.groups for copy in group.copies]
    return next((copy for copy in copies if copy.way != Way.REPLY), copies[0])


def _earlier(post: Post) -> QuerySet[Copy]:
    """The versions of a message before this one; of a correction also the words that are out."""
    mine = Q(post=post, revision__lt=post.revision)
    if post.corrects is not None:
        out = latest_of(post.corrects)
        mine |= Q(post=out, approvals__voided_at=None, approvals__isnull=False) & ~Q(way=Way.REPLY)
    return Copy.objects.filter(mine)


def _since(old: Any, post: Post, no: Return | None, person: Person) -> str:
    if old.post_id != post.pk:
        return _("what is out")
    return _since_approved(old, person) if old.approver_id else _since_returned(no, person)


def _notes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    notes = []
    if _marked(before) != _marked(after):
        notes.append(_("What is bold, quoted or a link in the text changed."))
    if before["title"] != after["title"]:
        notes.append(_("The title was “%(old)s”.") % {"old": before["title"]})
    if before["link"] != after["link"]:
        notes.append(_("The link changed."))
    if before["media"] != after["media"]:
        notes.append(_("The images or their descriptions changed."))
    if before["valid_until"] != after["valid_until"]:
        notes.append(_("The last day changed."))
    return notes


def _marked(payload: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """What is marked, by its words: places move with every change of the text."""
    return {(one["kind"], payload["text"][one["start"] : one["end"]], one["href"]) for one in payload["entities"]}


def _since_approved(old: Any, person: Person) -> str:
    if old.approver_id == person.pk:
        return _("the version you approved")
    return _("the version %(who)s approved") % {"who": old.approver_name}


def _since_returned(no: Return | None, person: Person) -> str:
    if no is None:
        return _("the version sent before")
    mine = no.by_id == person.pk
    return _("the version you sent back") if mine else _("the version %(who)s sent back") % {"who": no.by.name}


@dataclass(frozen=True)
class Said:
    """What approvers did with a post so far, each in its order."""

    returns: Sequence[Return]
    given: Sequence[Given]
    passes: Sequence[PassOn]


def chain(post: Post, shown: ShownSet, said: Said, *, is_asked: bool) -> list[dict[str, str]]:
    """Who wrote, who sent it back, who said yes, who asked whom, whose turn it is, and where it goes then."""
    wrote = {"who": post.author.name, "did": _("wrote"), "note": _moment(post.created_at)}
    links = [wrote]
    if post.edited_by_id != post.author_id:
        links.append({"who": post.edited_by.name, "did": _("changed it"), "note": _moment(post.edited_at)})
    for no in said.returns:
        links.append({"who": no.by.name, "did": _("sent it back"), "note": no.note, "bead": "unknown"})
    for yes in said.given:
        did = _("said yes beforehand, to the template's words") if yes.by_rule else _("said yes")
        links.append({"who": yes.name, "did": did, "note": _moment(yes.at), "bead": "knot"})
    for passed in said.passes:
        links.append(_pass_link(passed))
    links.append(_turn_link(post, said.given, is_asked))
    units = len({copy.channel.unit_id for copy in shown.copies})
    when = _("as soon as it is approved")
    if post.due_at and post.due_at > clock.now():
        when = f"{calendar.weekday(post.due_at)} {calendar.day_and_hour(post.due_at, year=False)}"
    links.append({"kind": "next", "did": reach_sentence(units, shown.channel_count), "note": when})
    return links


def _pass_link(passed: PassOn) -> dict[str, str]:
    asked = _("asked %(name)s: not my field") % {"name": passed.to.name}
    return {"who": passed.by.name, "did": asked, "note": passed.note or _moment(passed.at)}


def _turn_link(post: Post, given: Sequence[Given], is_asked: bool) -> dict[str, str]:
    asks_expert = post.topic == Post.TopicChoice.HEALTH and not any(yes.is_expert for yes in given)
    what = _("Is it medically right?") if asks_expert else _("Is it right, and ours to say?")
    if is_asked:
        return {"kind": "turn", "who": _("Your turn"), "did": "", "note": what}
    waits = _("Waits for a second yes") if given else _("Waits for approval")
    return {"kind": "turn", "who": waits, "did": "", "note": what}


def _moment(at: Any) -> str:
    return calendar.day_and_hour(at, year=False)
