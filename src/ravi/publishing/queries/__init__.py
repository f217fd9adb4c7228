"""What other rooms and pages may ask of posts."""

from ravi.publishing.queries.approver import Given, able_approvers, living_yeses, step_rules
from ravi.publishing.queries.draft import chosen_channels, fields_of, set_aside_of, typed_fields_of
from ravi.publishing.queries.post import (
    awaiting_count,
    may_approve,
    may_edit,
    may_withdraw,
    note_awaiting,
    posts_awaiting,
    posts_returned_to,
    posts_visible_to,
    why_not_approve,
)
from ravi.publishing.queries.preview import Preview, copy_sentence, previews
from ravi.publishing.queries.shown import Group, ShownSet, shown_set
from ravi.publishing.tidy import accept_suggestion, tidied, typo_suggestions

__all__ = [
    "Given",
    "Group",
    "Preview",
    "ShownSet",
    "able_approvers",
    "accept_suggestion",
    "awaiting_count",
    "chosen_channels",
    "copy_sentence",
    "fields_of",
    "living_yeses",
    "may_approve",
    "may_edit",
    "may_withdraw",
    "note_awaiting",
    "posts_awaiting",
    "posts_returned_to",
    "posts_visible_to",
    "previews",
    "set_aside_of",
    "shown_set",
    "step_rules",
    "tidied",
    "typed_fields_of",
    "typo_suggestions",
    "why_not_approve",
]
