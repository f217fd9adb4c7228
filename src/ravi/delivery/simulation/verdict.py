"""What must hold when everything is over, asked of every copy."""

from collections import Counter

from ravi.delivery.rules import Action, Code, State
from ravi.delivery.simulation.book import Line
from ravi.delivery.simulation.platform import MEANS
from ravi.delivery.simulation.world import World
from ravi.delivery.store.orders import Order

OPEN = (State.PENDING, State.CLAIMED, State.SENDING)
_TOLD = {Code.EXPIRED.value: "copies that expired", Code.NOT_APPROVED.value: "words that nobody approved"}
UNSENT = (State.FAILED, State.MISSED, State.CANCELLED, State.SUPERSEDED, State.HELD)


def violations(world: World) -> Counter[str]:
    """Those that the judge saw on the way, and those that only the end shows."""
    found = Counter(world.judge.violations)
    count = 0
    sent: set[int] = set()
    dropped: list[int] = []
    for line in world.book.lines():
        count += 1
        order = world.orders[line.id]
        if line.code in _TOLD:
            world.count(_TOLD[line.code])
        if line.state is State.SENT and order.action == Action.PUBLISH:
            sent.add(line.id)
        if line.code == Code.NOTHING_TO_CHANGE and order.about_id is not None:
            dropped.append(order.about_id)
        for name in _of_line(world, line, order):
            found[name] += 1
    found["a change was dropped though its copy is there"] += sum(about in sent for about in dropped)
    found["copies came or went"] += abs(count - len(world.orders))
    found["a transition without its ledger row"] += world.book.breaks()
    return Counter({name: times for name, times in sorted(found.items()) if times})


def _of_line(world: World, line: Line, order: Order) -> list[str]:
    found = []
    is_there = _has_effect(world, line.id, order)
    if line.state in OPEN:
        found.append("left in line")
    if line.state is State.HELD:
        found.append("left held")
    if line.state is State.SENT and not is_there:
        found.append("sent without effect")
    if line.state in UNSENT and is_there:
        found.append("an effect of what is said not to have gone")
    is_readable = MEANS[order.platform].can_find and order.action == Action.PUBLISH
    if line.state is State.UNKNOWN and is_readable and not line.looks:
        found.append("unknown where Ravi could have looked")
    return found


def _has_effect(world: World, number: int, order: Order) -> bool:
    if order.action == Action.PUBLISH:
        return world.judge.effects.get(order.key, 0) > 0
    return number in world.platforms.changes
