"""What other rooms and pages may ask of the network."""

from ravi.network.queries.after_review import (
    after_reviews_on_desk,
    after_reviews_visible_to,
    closing_review,
    emergencies_between,
    may_review,
    reviewable_ids,
)
from ravi.network.queries.auto_adoption import auto_adoption_of, headed_unit_ids, offers_to_take, units_headed
from ravi.network.queries.based_on import answers_behind, answers_behind_of, living_answers
from ravi.network.queries.before_office import before_office
from ravi.network.queries.before_unit import BeforeUnit, before_unit
from ravi.network.queries.message import (
    campaigns_visible_to,
    may_offer,
    messages_by_id,
    messages_visible_to,
    offers_of_messages,
    offers_visible_to,
    versions_awaiting,
)
from ravi.network.queries.offer import (
    answer_of,
    answering_unit_ids,
    answers_of,
    may_answer,
    offers_answered,
    offers_to_answer,
)
from ravi.network.queries.reminder import units_with_nobody
from ravi.network.queries.review import reviews_near
from ravi.network.queries.short_link import openings_of, short_address, short_link_by_code, short_link_of
from ravi.network.queries.standing import (
    filling_of,
    holding,
    may_write_template,
    rules_for,
    rules_visible_to,
    template_writer_ids,
    templates_visible_to,
    units_to_fill,
)
from ravi.network.queries.target import aim_of, reached_by, reached_unit_ids
from ravi.network.queries.trail import (
    answers_in_public,
    message_in_public,
    messages_in_public,
    messages_listed,
    trails_of,
)
from ravi.network.queries.translation import translation_of, translations_of, usable_translations, yes_of
from ravi.network.queries.uptake import uptake_of
from ravi.network.queries.version import draft_of, endorsement_of, facts_of, fields_of, locked, writer_ids
from ravi.network.queries.weekly import summary_of

__all__ = [
    "BeforeUnit",
    "after_reviews_on_desk",
    "after_reviews_visible_to",
    "aim_of",
    "answer_of",
    "answering_unit_ids",
    "answers_behind",
    "answers_behind_of",
    "answers_in_public",
    "answers_of",
    "auto_adoption_of",
    "before_office",
    "before_unit",
    "campaigns_visible_to",
    "closing_review",
    "draft_of",
    "emergencies_between",
    "endorsement_of",
    "facts_of",
    "fields_of",
    "filling_of",
    "headed_unit_ids",
    "holding",
    "living_answers",
    "locked",
    "may_answer",
    "may_offer",
    "may_review",
    "may_write_template",
    "message_in_public",
    "messages_by_id",
    "messages_in_public",
    "messages_listed",
    "messages_visible_to",
    "offers_answered",
    "offers_of_messages",
    "offers_to_answer",
    "offers_to_take",
    "offers_visible_to",
    "openings_of",
    "reached_by",
    "reached_unit_ids",
    "reviewable_ids",
    "reviews_near",
    "rules_for",
    "rules_visible_to",
    "short_address",
    "short_link_by_code",
    "short_link_of",
    "summary_of",
    "template_writer_ids",
    "templates_visible_to",
    "trails_of",
    "translation_of",
    "translations_of",
    "units_headed",
    "units_to_fill",
    "units_with_nobody",
    "uptake_of",
    "usable_translations",
    "versions_awaiting",
    "writer_ids",
    "yes_of",
]
