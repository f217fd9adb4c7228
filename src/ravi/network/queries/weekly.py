"""What a week brought: counts of copies by message, unit and channel, and what was offered to units. No person in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from ravi.accounts.models import Person
from ravi.delivery.progress import Came, Step, came_between, steps_of
from ravi.delivery.rules import Action, State
from ravi.directory.models import Channel
from ravi.directory.queries import channels_by_id, channels_visible_to
from ravi.network.models import Adoption, Message
from ravi.network.queries.message import messages_visible_to
from ravi.network.rules import OfferState
from ravi.network.weekly import Week
from ravi.publishing.models import Post
from ravi.publishing.queries import posts_visible_to
from ravi.publishing.queries.correction import corrections_of
from ravi.publishing.rules import PostState

Tally = Mapping[Came, int]


@dataclass(frozen=True)
class Cell:
    """One post on one channel; `message_id`: the network's message that it answers, where the reader sees that one."""

    post: Post
    channel: Channel
    counts: Tally
    message_id: int | None = None


@dataclass(frozen=True)
class Summary:
    """A week as it is read; `silent` units have a channel and nothing went out on it."""

    week: Week
    cells: Sequence[Cell]
    offered: Sequence[Message]
    silent: int
    is_this_week: bool


def summary_of(week: Week, person: Person, now: datetime) -> Summary:
    """Seven questions at most, whatever the numbers; what waits is asked for the week that runs."""
    is_this_week = week.begins <= now < week.ends
    found: dict[tuple[int, int], Counter[Came]] = defaultdict(Counter)
    for one in came_between(week.begins, week.ends, and_waits=is_this_week):
        found[one.post_id, one.channel_id][one.came] += one.count
    channels = channels_by_id({channel_id for _post, channel_id in found})
    seen = posts_visible_to(person).select_related("unit").annotate(message_id=_answered_by(person))
    posts = seen.in_bulk({post_id for post_id, _channel in found})
    _count_replacements(found, posts)
    cells = [
        Cell(posts[post_id], channels[channel_id], counts, getattr(posts[post_id], "message_id", None))
        for (post_id, channel_id), counts in found.items()
        if counts and post_id in posts and channel_id in channels
    ]
    cells.sort(key=lambda cell: (cell.channel.unit.sort_key, cell.channel.unit_id, cell.channel.platform, cell.post.pk))
    return Summary(week, cells, _offered(week, person), _silent(cells, person), is_this_week)


def tally(cells: Iterable[Cell]) -> Counter[Came]:
    """The sums of some of the cells."""
    total: Counter[Came] = Counter()
    for cell in cells:
        total.update(cell.counts)
    return total


def _answered_by(person: Person) -> Subquery:
    """The message that a post, or what it corrects, answers; none of those that the person does not see."""
    first = Coalesce(OuterRef("corrects_id"), OuterRef("pk"))
    answers = Adoption.objects.filter(post_id=first, offer__message__in=messages_visible_to(person))
    return Subquery(answers.values("offer__message_id")[:1])


def _count_replacements(found: Mapping[tuple[int, int], Counter[Came]], posts: Mapping[int, Post]) -> None:
    """Newer words that were published in the place of what stood there correct it: they are no other publication, and
    what they took the place of was not withdrawn."""
    firsts = {posts[pk].corrects_id or pk for pk, _channel in found if pk in posts}
    chains = {first: [first, *(one.pk for one in later)] for first, later in corrections_of(firsts).items()}
    steps = steps_of({pk for chain in chains.values() for pk in chain})
    for chain in chains.values():
        stood: dict[int, list[int]] = defaultdict(list)
        for pk in chain:
            for channel in {one.channel_id for one in steps[pk] if _is_out(one)}:
                for older in stood[channel]:
                    if older not in posts or posts[older].state != PostState.WITHDRAWN:
                        _take(found, older, channel, Came.REMOVED)
                if stood[channel]:
                    _take(found, pk, channel, Came.SENT, instead=Came.CORRECTED)
                stood[channel].append(pk)


def _is_out(step: Step) -> bool:
    return step.action is Action.PUBLISH and step.state is State.SENT and not step.is_reply


def _take(
    found: Mapping[tuple[int, int], Counter[Came]],
    post_id: int,
    channel_id: int,
    came: Came,
    instead: Came | None = None,
) -> None:
    counts = found.get((post_id, channel_id), Counter())
    count = counts.pop(came, 0)
    if instead and count:
        counts[instead] += count


def _offered(week: Week, person: Person) -> list[Message]:
    """Messages that units got in the week, with how many have it and how many have answered until now."""
    mine = messages_visible_to(person).filter(offered_at__gte=week.begins, offered_at__lt=week.ends)
    answered = Count("offers", filter=~Q(offers__state__in=[OfferState.OPEN, OfferState.CLOSED]))
    return list(mine.annotate(offered_to=Count("offers"), answered=answered).order_by("offered_at", "pk"))


def _silent(cells: Iterable[Cell], person: Person) -> int:
    heard = {cell.channel.unit_id for cell in cells if cell.counts.get(Came.SENT)}
    units = channels_visible_to(person).filter(state="active", listed=True).order_by().values("unit_id").distinct()
    return units.exclude(unit_id__in=heard).count()
