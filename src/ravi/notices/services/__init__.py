"""The only writers of notices: who is told what, where a person wants to be told, and what is on its way there."""

from ravi.notices.services.address import (
    CodeRefused,
    TooManyCodes,
    ask_code,
    confirm_address,
    end_address,
    make_code,
    note_room,
    note_trouble,
    set_quiet_hours,
)
from ravi.notices.services.case import Lasting, keep_cases
from ravi.notices.services.dispatch import REPEATABLE, Batch, claim_batch, clear_up, end_batch, put_back
from ravi.notices.services.notice import answer, answer_all, mark_read, tell, tell_each, tell_more

__all__ = [
    "REPEATABLE",
    "Batch",
    "CodeRefused",
    "Lasting",
    "TooManyCodes",
    "answer",
    "answer_all",
    "ask_code",
    "claim_batch",
    "clear_up",
    "confirm_address",
    "end_address",
    "end_batch",
    "keep_cases",
    "make_code",
    "mark_read",
    "note_room",
    "note_trouble",
    "put_back",
    "set_quiet_hours",
    "tell",
    "tell_each",
    "tell_more",
]
