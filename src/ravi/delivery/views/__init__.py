"""The pages of copies: one copy, the unknown desk, what waits after a stop, the stops."""

from ravi.delivery.views.answers import answers
from ravi.delivery.views.delivery import delivery
from ravi.delivery.views.held import held
from ravi.delivery.views.platforms import platforms
from ravi.delivery.views.read_back import read_back, read_backs
from ravi.delivery.views.stops import lifting, stop, stop_units, stops
from ravi.delivery.views.unknown import unknown, verdict

__all__ = [
    "answers",
    "delivery",
    "held",
    "lifting",
    "platforms",
    "read_back",
    "read_backs",
    "stop",
    "stop_units",
    "stops",
]
__all__ += ["unknown", "verdict"]
