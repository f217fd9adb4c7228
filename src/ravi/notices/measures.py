"""What notices measure: messages to people's own addresses, over all institutions."""

from collections import Counter
from collections.abc import Iterator, Mapping

from prometheus_client.core import Metric

from ravi.core import metrics
from ravi.core.metrics import Described, gauge
from ravi.core.pulse import freshest
from ravi.notices.models import Dispatch
from ravi.notices.senders.configured import MAIL, MATRIX

STATES = (Dispatch.State.WAITING, Dispatch.State.SENDING, Dispatch.State.FAILED, Dispatch.State.UNSURE)
MESSAGES = Described(
    "ravi_notices", "gauge", ("sender", "state"), "Notices to people's addresses that have not arrived."
)


def count() -> Mapping[str, int]:
    """This institution's, as "sender state"."""
    standing = Dispatch.objects.filter(state__in=STATES).values_list("address__sender", "state")
    return Counter(f"{sender} {state}" for sender, state in standing)


def figures() -> Iterator[Metric]:
    """For `/metrics`."""
    one = freshest("notices")
    kept = one.figures if one else {}
    both = [(sender, state.value) for sender in (MAIL, MATRIX) for state in STATES]
    yield gauge(MESSAGES, [(labels, kept.get(" ".join(labels), 0)) for labels in both])


def register_measures() -> None:
    """Announce them; called when the apps are ready."""
    metrics.register("notices", figures, (MESSAGES,))
