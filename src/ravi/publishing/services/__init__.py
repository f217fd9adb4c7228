"""The only writers of posts: every act on one, with its rights, its transaction and its audit entry."""

from ravi.publishing.services.approval import Approved, approve_by_rule, approve_post, approve_shown
from ravi.publishing.services.comment import answer_comment, comment_on, resolve_comment
from ravi.publishing.services.correction import choose_pinning, choose_replacing, correct_post
from ravi.publishing.services.draft import dismiss_set_aside, save_draft, start_post, tidy_again, undo_tidying
from ravi.publishing.services.halting import Halted, go_on_post, halt_posts
from ravi.publishing.services.hand import (
    Told,
    correct_link,
    report_all_the_same,
    report_done,
    report_not_done,
    take_back_report,
)
from ravi.publishing.services.passing import pass_on
from ravi.publishing.services.pause import pause_topics
from ravi.publishing.services.resending import send_again
from ravi.publishing.services.returning import return_post
from ravi.publishing.services.schedule import schedule_post
from ravi.publishing.services.stand_in import tell_stand_ins
from ravi.publishing.services.step_rule import set_steps
from ravi.publishing.services.submission import Submission, submit_post
from ravi.publishing.services.together import Together, approve_together, take_back_together
from ravi.publishing.services.trouble import tell_troubles
from ravi.publishing.services.undoing import take_back_yes
from ravi.publishing.services.withdrawal import Withdrawal, has_left, withdraw_post

__all__ = [
    "Approved",
    "Halted",
    "Submission",
    "Together",
    "Told",
    "Withdrawal",
    "answer_comment",
    "approve_by_rule",
    "approve_post",
    "approve_shown",
    "approve_together",
    "choose_pinning",
    "choose_replacing",
    "comment_on",
    "correct_link",
    "correct_post",
    "dismiss_set_aside",
    "go_on_post",
    "halt_posts",
    "has_left",
    "pass_on",
    "pause_topics",
    "report_all_the_same",
    "report_done",
    "report_not_done",
    "resolve_comment",
    "return_post",
    "save_draft",
    "schedule_post",
    "send_again",
    "set_steps",
    "start_post",
    "submit_post",
    "take_back_report",
    "take_back_together",
    "take_back_yes",
    "tell_stand_ins",
    "tell_troubles",
    "tidy_again",
    "undo_tidying",
    "withdraw_post",
]
