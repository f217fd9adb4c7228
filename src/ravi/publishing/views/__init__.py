"""The pages of a message: from its first word to its last copy."""

from ravi.publishing.views.again import again
from ravi.publishing.views.approval import approval, returning, undoing
from ravi.publishing.views.board import board, unit_board
from ravi.publishing.views.card import card
from ravi.publishing.views.channels import channels
from ravi.publishing.views.comment import comment, comments
from ravi.publishing.views.composer import edit, post, write
from ravi.publishing.views.correction import correction
from ravi.publishing.views.draft import draft, measure
from ravi.publishing.views.hand import (
    hand,
    hand_evidence,
    hand_failure,
    hand_image,
    hand_link,
    hand_undoing,
    hands,
)
from ravi.publishing.views.images import images
from ravi.publishing.views.passing import passing
from ravi.publishing.views.pause import pause
from ravi.publishing.views.posts import posts
from ravi.publishing.views.preview import preview
from ravi.publishing.views.set_aside import set_aside
from ravi.publishing.views.step_rule import step_rules
from ravi.publishing.views.text import text
from ravi.publishing.views.withdrawal import withdrawal

__all__ = [
    "again",
    "approval",
    "board",
    "card",
    "channels",
    "comment",
    "comments",
    "correction",
    "draft",
    "edit",
    "hand",
    "hand_evidence",
    "hand_failure",
    "hand_image",
    "hand_link",
    "hand_undoing",
    "hands",
    "images",
    "measure",
    "passing",
    "pause",
    "post",
    "posts",
    "preview",
    "returning",
    "set_aside",
    "step_rules",
    "text",
    "undoing",
    "unit_board",
    "withdrawal",
    "write",
]
