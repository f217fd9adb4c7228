"""The addresses of programs: which maker gives the object that each names, and a fitting body."""

from typing import Any

TEMPLATE = {"name": "x", "title": "x", "text": "{تاریخ}", "blanks": [{"name": "تاریخ", "kind": "date"}]}
PROGRAMS: dict[str, tuple[Any, ...]] = {
    "nowhere": (),
    "me": (),
    "units": (),
    "posts": (),
    "post": ("post",),
    "preview": ("post",),
    "shown": ("post",),
    "copies": (),
    "copy": ("delivery",),
    "copy_events": ("delivery",),
    "copy_readings": ("sent_copy",),
    "channels": (),
    "channel": ("channel",),
    "channel_readings": ("channel",),
    "media": (),
    "medium": ("media",),
    "medium_file": ("media",),
    "stops": (),
    "new_post": (),
    "save_post": ("post",),
    "submit_post": ("post",),
    "schedule_post": (
        "post",
        {"due_at": None},
    ),
    "send_again": (
        "post",
        {"copy_ids": [1]},
    ),
    "withdraw_post": ("post",),
    "correction": ("post",),
    "correct_post": ("post",),
    "choose_replacing": (
        "post",
        {"replaces": True},
    ),
    "approve_post": (
        "post",
        {"digest": "0" * 64},
    ),
    "return_post": (
        "post",
        {"note": "x"},
    ),
    "copy_verdict": (
        "delivery",
        {"verdict": "leave", "attempt": 0},
    ),
    "new_stop": (),
    "lift_stop": ("stop",),
    "release_copies": (),
    "new_medium": (),
    "campaigns": (),
    "new_campaign": (),
    "campaign": (
        "campaign",
        {"name": "x"},
    ),
    "edit_campaign": (
        "campaign",
        {"name": "x"},
    ),
    "end_campaign": ("campaign",),
    "messages": (),
    "new_message": (),
    "message": ("network_message",),
    "message_version": ("network_message",),
    "uptake": ("network_message",),
    "set_message": ("network_message",),
    "start_version": ("network_message",),
    "save_version": ("network_message",),
    "ask_endorsement": ("network_message",),
    "endorse_version": (
        "network_message",
        {"content_hash": "0" * 64},
    ),
    "issue_version": ("network_message",),
    "end_message": ("network_message",),
    "uptake_board": ("network_message",),
    "translations": ("network_message",),
    "translation": (
        "network_message",
        {"title": "x", "text": "x"},
    ),
    "save_translation": (
        "network_message",
        {"title": "x", "text": "x"},
    ),
    "endorse_translation": (
        "network_message",
        {"revision": 1},
    ),
    "shared_yeses": (),
    "shared_yes": (
        "network_version",
        {"digest": "0" * 64},
    ),
    "say_shared_yes": (
        "network_version",
        {"digest": "0" * 64},
    ),
    "correction_yeses": (),
    "correction_yes": (
        "network_version",
        {"digest": "0" * 64},
    ),
    "say_correction_yes": (
        "network_version",
        {"digest": "0" * 64},
    ),
    "message_corrections": (
        "network_message",
        {"version": 1},
    ),
    "correct_message": (
        "network_message",
        {"version": 1},
    ),
    "message_withdrawal": (
        "network_message",
        {"reason": "x"},
    ),
    "withdraw_message": (
        "network_message",
        {"reason": "x"},
    ),
    "offers": (),
    "offer": ("offer",),
    "offered_words": ("offer",),
    "behind": ("offer",),
    "go_on": (
        "offer",
        {"answer_id": 1},
    ),
    "see_offer": ("offer",),
    "adopt_offer": (
        "offer",
        {"channel_ids": [1]},
    ),
    "decline_offer": (
        "offer",
        {"reason": "x"},
    ),
    "templates": (),
    "new_template": (),
    "template": (
        "template",
        TEMPLATE,
    ),
    "change_template": (
        "template",
        TEMPLATE,
    ),
    "end_template": ("template",),
    "fill_template": (
        "template",
        {"content_hash": "0" * 64, "unit_id": 1, "values": {}, "channel_ids": [1]},
    ),
    "sign_template": (
        "template",
        {"content_hash": "0" * 64, "unit_ids": [1]},
    ),
    "standing_approvals": (),
    "end_standing": ("template",),
    "pauses": (),
    "new_pause": (),
    "new_video": (),
}
