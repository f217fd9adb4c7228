"""Emergency messages that are looked at afterwards."""

from datetime import datetime

from ninja import Field, Schema

from ravi.api.schemas.parts import Named, Strict, Words
from ravi.network.after_review import LONGEST_NOTE, Verdict


class FindingIn(Strict):
    """What a health expert finds. Whoever filled it in reads `note`; all but `right` needs one."""

    verdict: Verdict
    note: Words = Field("", max_length=LONGEST_NOTE)


class AfterReviewOut(Schema):
    """`due_at` is a day after it went out; `is_overdue` closes the emergency lane of its words and of its unit."""

    id: int
    post_id: int
    template_id: int
    unit_id: int
    title: str
    text: str
    filled_by: Named
    opened_at: datetime
    due_at: datetime
    is_overdue: bool
    may_review: bool
    verdict: Verdict | None
    note: str
    done_by: Named | None
    done_at: datetime | None
