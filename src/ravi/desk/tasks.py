"""The desk in words: what is asked of this person, one sentence and one way on for each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core.calendar import number
from ravi.delivery.rules import State
from ravi.desk.queries import OTHERWISE, Going, Trouble
from ravi.publishing.models import Post


@dataclass(frozen=True)
class Branch:
    """Several copies that ask for the same: state, what happened, what to do, and where."""

    state: str
    title: str
    text: str
    url: str
    action: str


@dataclass(frozen=True)
class NextStep:
    """What somebody does whose desk is empty."""

    title: str
    text: str
    url: str = ""
    action: str = ""


def branches(troubles: Sequence[Trouble]) -> list[Branch]:
    """One entry for each; where messages of several units have one title, their units tell them apart."""
    units: dict[str, set[int]] = {}
    for trouble in troubles:
        units.setdefault(trouble.post.title, set()).add(trouble.post.unit_id)
    return [_branch(trouble, is_one_of_many=len(units[trouble.post.title]) > 1) for trouble in troubles]


def _branch(trouble: Trouble, *, is_one_of_many: bool) -> Branch:
    called = name(trouble.post)
    if is_one_of_many:
        called = _("%(title)s, %(unit)s") % {"title": called, "unit": trouble.post.unit.name}
    title = _heading(_kind(trouble), trouble.count) % {"n": number(trouble.count), "title": called}
    text, action = _ways()[_cause(trouble)]
    bead = "unknown" if trouble.state == OTHERWISE else trouble.state
    return Branch(bead, title, text, _url(trouble), action)


@dataclass(frozen=True)
class Group:
    """Posts of one title that go out: one, or the units' of one message of the network."""

    title: str
    members: Sequence[Going]

    @property
    def units(self) -> int:
        """How many units it goes out in."""
        return len({one.post.unit_id for one in self.members})

    @property
    def first_at(self) -> datetime:
        """When the first copy is due."""
        return min(one.due_at for one in self.members)

    @property
    def last_at(self) -> datetime:
        """When the last of these begins."""
        return max(one.due_at for one in self.members)

    @property
    def counts(self) -> Mapping[State, int]:
        """Every state with its number of copies, in all of them."""
        counts: Counter[State] = Counter()
        for one in self.members:
            counts.update(one.counts)
        return counts


def grouped(going: Sequence[Going]) -> list[Group]:
    """By title, in the order of the first of each; what has no title stands alone."""
    found: dict[str, list[Going]] = {}
    for one in going:
        found.setdefault(one.post.title or f"#{one.post.pk}", []).append(one)
    return [Group(name(members[0].post), members) for members in found.values()]


def hands(count: int) -> list[Branch]:
    """What waits for somebody's hand, on the units' own channels: one entry, whosever the messages are."""
    if not count:
        return []
    title = ngettext("%(n)s copy waits for a hand", "%(n)s copies wait for a hand", count) % {"n": number(count)}
    text = _("A person publishes or removes them in the platform's own app and says so here.")
    return [Branch("by_hand", title, text, reverse("publishing:hands"), _("See what is to be done"))]


def name(post: Post) -> str:
    """A post's title, or words in its place."""
    return post.title or _("a message without a title")


def next_step(person: Person) -> NextStep:
    """The first thing to do here, by what the person may."""
    mine = rights(person)
    if not mine.roles:
        return NextStep(
            _("You have no role yet."), _("The head of the institution gives you one; then your tasks stand here.")
        )
    if mine.may(Ability.WRITE_POST):
        return NextStep(
            _("Nothing waits for you."),
            _("Write a message, choose its channels, send it for approval. Another person says yes; then it goes out."),
            reverse("publishing:write"),
            _("Write a message"),
        )
    if mine.may(Ability.APPROVE_POST) or mine.may(Ability.APPROVE_HEALTH_POST):
        return NextStep(
            _("No message waits for your yes."),
            _("When somebody sends one for approval, it stands here and among your notices."),
            reverse("publishing:posts"),
            _("See the messages"),
        )
    return NextStep(
        _("Nothing waits for you."),
        _("You read what was done here, and by whom."),
        reverse("desk:audit"),
        _("Open the record"),
    )


def _heading(state: str, count: int) -> str:
    headings = {
        "unknown": ngettext("“%(title)s”: %(n)s copy is unknown", "“%(title)s”: %(n)s copies are unknown", count),
        "failed": ngettext(
            "“%(title)s”: %(n)s copy was not published", "“%(title)s”: %(n)s copies were not published", count
        ),
        "not removed": ngettext(
            "“%(title)s”: %(n)s copy was not removed", "“%(title)s”: %(n)s copies were not removed", count
        ),
        OTHERWISE: ngettext(
            "“%(title)s”: %(n)s change does not stand", "“%(title)s”: %(n)s changes do not stand", count
        ),
        "missed": ngettext("“%(title)s”: %(n)s copy was missed", "“%(title)s”: %(n)s copies were missed", count),
        "held": ngettext("“%(title)s”: %(n)s copy is held", "“%(title)s”: %(n)s copies are held", count),
        "blocked": ngettext("“%(title)s”: %(n)s copy is blocked", "“%(title)s”: %(n)s copies are blocked", count),
    }
    return headings[state]


def _kind(trouble: Trouble) -> str:
    """The state, but for what should have taken copies back and did not: that stands there still."""
    return "not removed" if trouble.removals and trouble.state in ("failed", "missed") else trouble.state


def _cause(trouble: Trouble) -> str:
    """The kind, and for held copies what holds them, for unknown ones whether Ravi looks itself."""
    if _kind(trouble) != trouble.state:
        return _kind(trouble)
    if trouble.state == "unknown" and trouble.looking >= trouble.count:
        return "looking"
    if trouble.state != "held" or not trouble.refused:
        return trouble.state
    return "refused" if trouble.refused == trouble.count else "held or refused"


def _ways() -> dict[str, tuple[str, str]]:
    return {
        "unknown": (
            _("The platform did not answer; they may have gone. Ravi does not send again until somebody has looked."),
            _("Look at the channels"),
        ),
        "looking": (_("The platform did not answer. Ravi looks there by itself in a moment."), _("See them")),
        "failed": (_("The platform said why. Nothing was published there."), _("See the reason")),
        "not removed": (
            _("They can still be read there. Open each and delete it there."),
            _("See where they stand"),
        ),
        OTHERWISE: (
            _("The platform said yes, and Ravi read back something else. Open the post and look."),
            _("See what stands there"),
        ),
        "missed": (_("Their time passed and they did not go. You decide whether they still should."), _("Decide")),
        "held": (
            _("Sending was stopped when their time came. Nothing is lost; they wait for you."),
            _("Let them go or not"),
        ),
        "refused": (
            _("The platform does not take the channel's key any more. They go when it has a new key."),
            _("See the channels"),
        ),
        "held or refused": (
            _("Sending was stopped, or a channel's key was turned away. Nothing goes until somebody lets it."),
            _("Let them go or not"),
        ),
        "blocked": (_("Their platforms do not take them as they are; the others are not held up."), _("See why")),
    }


def _url(trouble: Trouble) -> str:
    if trouble.state in ("unknown", "held"):
        return f"{reverse(f'delivery:{trouble.state}')}?post={trouble.post.pk}"
    if trouble.state == OTHERWISE:
        return f"{reverse('delivery:read_backs')}?post={trouble.post.pk}"
    return reverse("publishing:board", args=[trouble.post.pk])
