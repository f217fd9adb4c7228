"""Facts of a message as typed values: what they are, how each is written out, and which words would contradict them. Pure."""

from ravi.network.facts.kinds import FactKind
from ravi.network.facts.values import LockedFact, NotAFact

__all__ = ["FactKind", "LockedFact", "NotAFact"]
