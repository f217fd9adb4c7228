"""What other rooms and pages may ask of posts."""

from ravi.publishing.queries.approver import Given, able_approvers, asked_for, living_yeses, passes_of, step_rules
from ravi.publishing.queries.comment import comments_of, texts_of
from ravi.publishing.queries.correction import Planned, corrections_of, how_corrected, is_corrected, open_correction
from ravi.publishing.queries.draft import chosen_channels, fields_of, set_aside_of, typed_fields_of
from ravi.publishing.queries.frozen import Place, places_of
from ravi.publishing.queries.post import (
    awaiting_count,
    is_approved_by,
    is_written_by,
    may_approve,
    may_edit,
    may_withdraw,
    note_awaiting,
    posts_among,
    posts_awaiting,
    posts_by_id,
    posts_returned_to,
    posts_visible_to,
    why_not_approve,
)
from ravi.publishing.queries.preview import Preview, copy_sentence, previews
from ravi.publishing.queries.shown import Group, ShownSet, grouped, shown_set
from ravi.publishing.queries.shown_sets import copies_that_wait, digest_of
from ravi.publishing.tidy import accept_suggestion, tidied, typo_suggestions

__all__ = [
    "Given",
    "Group",
    "Place",
    "Planned",
    "Preview",
    "ShownSet",
    "able_approvers",
    "accept_suggestion",
    "asked_for",
    "awaiting_count",
    "chosen_channels",
    "comments_of",
    "copies_that_wait",
    "copy_sentence",
    "corrections_of",
    "digest_of",
    "fields_of",
    "grouped",
    "how_corrected",
    "is_approved_by",
    "is_corrected",
    "is_written_by",
    "living_yeses",
    "may_approve",
    "may_edit",
    "may_withdraw",
    "note_awaiting",
    "open_correction",
    "passes_of",
    "places_of",
    "posts_among",
    "posts_awaiting",
    "posts_by_id",
    "posts_returned_to",
    "posts_visible_to",
    "previews",
    "set_aside_of",
    "shown_set",
    "step_rules",
    "texts_of",
    "tidied",
    "typed_fields_of",
    "typo_suggestions",
    "why_not_approve",
]
