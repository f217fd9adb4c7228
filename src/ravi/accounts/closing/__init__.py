"""A unit ends, alone or in another one: its people, its channels and its work find their place."""

from ravi.accounts.closing.followers import Follower, follows
from ravi.accounts.closing.services import close_unit, foretold, possible_successors, why_not_close

__all__ = ["Follower", "close_unit", "follows", "foretold", "possible_successors", "why_not_close"]
