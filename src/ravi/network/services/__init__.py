"""The only writers of campaigns, messages and offers: every act, with its rights, its transaction and its audit entry."""

from ravi.network.services.adoption import Adopted, Answer, adopt_offer, decline_offer, see_offer
from ravi.network.services.after_review import review_afterwards, tell_after_reviews
from ravi.network.services.auto_adoption import (
    end_auto_adoption,
    end_void_auto_adoptions,
    start_auto_adoption,
    take_back_answer,
    take_by_rule,
)
from ravi.network.services.based_on import go_on_older
from ravi.network.services.campaign import close_campaign, edit_campaign, start_campaign
from ravi.network.services.correct_message import correct_message, correct_next, require_corrected, write_correction
from ravi.network.services.corrections_yes import say_corrections_yes
from ravi.network.services.ending import end_message
from ravi.network.services.endorsement import ask_endorsement, endorse_version, return_version
from ravi.network.services.filling import Filled, fill_template
from ravi.network.services.issue import Issued, issue_version
from ravi.network.services.message import draft_message, edit_message
from ravi.network.services.reminder import remind
from ravi.network.services.review import confirm_words, tell_reviews
from ravi.network.services.shared_yes import (
    AT_ONCE,
    begin_shared_yes,
    carry_shared_yes,
    say_shared_yes,
    stop_shared_yes,
    take_back_shared_yes,
)
from ravi.network.services.short_link import count_opening
from ravi.network.services.standing import end_standing, end_void_rules, sign_standing
from ravi.network.services.telling import tell_offers
from ravi.network.services.template import change_template, end_template, start_template
from ravi.network.services.translation import endorse_translation, save_translation
from ravi.network.services.version import save_version, start_version
from ravi.network.services.withdraw_message import (
    require_withdrawn,
    withdraw_message,
    withdraw_next,
    withdraw_what_is_left,
)

__all__ = [
    "AT_ONCE",
    "Adopted",
    "Answer",
    "Filled",
    "Issued",
    "adopt_offer",
    "ask_endorsement",
    "begin_shared_yes",
    "carry_shared_yes",
    "change_template",
    "close_campaign",
    "confirm_words",
    "correct_message",
    "correct_next",
    "count_opening",
    "decline_offer",
    "draft_message",
    "edit_campaign",
    "edit_message",
    "end_auto_adoption",
    "end_message",
    "end_standing",
    "end_template",
    "end_void_auto_adoptions",
    "end_void_rules",
    "endorse_translation",
    "endorse_version",
    "fill_template",
    "go_on_older",
    "issue_version",
    "remind",
    "require_corrected",
    "require_withdrawn",
    "return_version",
    "review_afterwards",
    "save_translation",
    "save_version",
    "say_corrections_yes",
    "say_shared_yes",
    "see_offer",
    "sign_standing",
    "start_auto_adoption",
    "start_campaign",
    "start_template",
    "start_version",
    "stop_shared_yes",
    "take_back_answer",
    "take_back_shared_yes",
    "take_by_rule",
    "tell_after_reviews",
    "tell_offers",
    "tell_reviews",
    "withdraw_message",
    "withdraw_next",
    "withdraw_what_is_left",
    "write_correction",
]
