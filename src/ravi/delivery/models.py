"""The ledger's tables. A delivery row is complete: the engine asks no higher room anything to send it."""

from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from ravi.core.access import APPEND, Access
from ravi.core.models import TenantModel
from ravi.delivery.read_back.models import ReadBack
from ravi.delivery.readings.models import Reading, ReadingDue
from ravi.delivery.rules import MANUAL, OPEN, OPEN_STAGE, TROUBLE, Action, Lane, Scope, State

__all__ = ["Attempt", "Breaker", "Bucket", "Delivery", "HandReport", "LedgerEntry", "ReadBack", "Reading"]
__all__ += ["ReadingDue", "Slot", "StopOrder", "Worker"]

# Whatever approval bound is never updated: no role has the privilege.
_MUTABLE = (
    "state, due_at, not_before, miss_at, attempt, owner, lease_until, sent_maybe, key_good_until, key_scope, "
    "first_called_at, unknown_at, look_at, looks, remote_id, link, error_code, error_detail, changed_at, sent_at, "
    "settled_at"
)


def _without_index(**wanted: Any) -> Any:
    """Nobody asks these tables for all rows of an institution, and each transition would pay for the answer."""
    return models.ForeignKey("accounts.Institution", models.PROTECT, related_name="+", db_index=False, **wanted)


DIRECT, _ON_PAGES = "direct", Q(platform="feeds", stage="sent")  # the second as published.py asks
_CHANGED = Q(stage="sent", action__in=["edit", "delete"])  # as read_back/statements.py asks


class Delivery(TenantModel):
    """One post to one channel. Scope keys (unit, campaign, platform, channel, topic) are opaque to the engine."""

    access = Access(
        web=("SELECT", "INSERT", f"UPDATE ({_MUTABLE}, is_kept_back)"),
        engine=("SELECT", f"UPDATE ({_MUTABLE}, route)"),
    )

    institution = _without_index()

    class StateChoice(models.TextChoices):
        HELD = State.HELD, _("Held")
        PENDING = State.PENDING, _("In line")
        CLAIMED = State.CLAIMED, _("Next to go")
        SENDING = State.SENDING, _("On its way")
        SENT = State.SENT, _("Published")
        FAILED = State.FAILED, _("Not published")
        UNKNOWN = State.UNKNOWN, _("Unknown")
        MISSED = State.MISSED, _("Missed")
        CANCELLED = State.CANCELLED, _("Cancelled")
        SUPERSEDED = State.SUPERSEDED, _("Replaced")

    class ActionChoice(models.TextChoices):
        PUBLISH = Action.PUBLISH, _("Publish")
        EDIT = Action.EDIT, _("Correct")
        DELETE = Action.DELETE, _("Remove")
        PIN = Action.PIN, _("Pin")

    class LaneChoice(models.IntegerChoices):
        CORRECTION = Lane.CORRECTION, _("Correction")
        EMERGENCY = Lane.EMERGENCY, _("Emergency")
        NORMAL = Lane.NORMAL, _("Normal")

    unit_id = models.BigIntegerField()
    campaign_id = models.BigIntegerField(null=True)
    topic = models.CharField(max_length=20, blank=True, default="", db_default="")
    platform = models.CharField(max_length=30)
    adapter = models.CharField(max_length=30)
    route = models.CharField(max_length=60, default=DIRECT)
    channel_id = models.BigIntegerField()
    target = models.CharField(max_length=500)
    bucket_key = models.CharField(max_length=100)
    lane = models.SmallIntegerField(choices=LaneChoice.choices, default=Lane.NORMAL)
    post_id = models.BigIntegerField()
    action = models.CharField(max_length=10, choices=ActionChoice.choices, default=Action.PUBLISH)
    about = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="later_changes", db_index=False)
    reply = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    payload = models.TextField()
    content_hash = models.CharField(max_length=64)
    approved_hash = models.CharField(max_length=64)
    valid_until = models.DateTimeField(null=True)
    lateness_limit_s = models.PositiveIntegerField()
    key = models.CharField(max_length=64)
    ordered_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=StateChoice.choices, default=State.PENDING)
    due_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    miss_at = models.DateTimeField()
    is_kept_back = models.BooleanField(default=False, db_default=False)  # never back into the line (taking_out.py)
    attempt = models.PositiveIntegerField(default=0)
    owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    sent_maybe = models.BooleanField(default=False)
    key_good_until = models.DateTimeField(null=True)
    key_scope = models.CharField(max_length=64, blank=True)
    first_called_at = models.DateTimeField(null=True)
    unknown_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)
    looks = models.PositiveSmallIntegerField(default=0)
    remote_id = models.CharField(max_length=500, blank=True)
    link = models.CharField(max_length=2000, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error_detail = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # A row that changes in no indexed column stays on its page and touches no index (PostgreSQL's HOT update): indexes
    # know these two instead of `state` and `changed_at`, and so a claim and a fence are cheap.
    stage = models.GeneratedField(
        expression=Case(When(state__in=sorted(OPEN), then=Value(OPEN_STAGE)), default=F("state")),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )
    trouble_at = models.GeneratedField(
        expression=Case(When(state__in=sorted(TROUBLE | {State.HELD}), then=F("changed_at"))),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(State)), name="delivery_state_known"),
            models.CheckConstraint(condition=Q(action__in=list(Action)), name="delivery_action_known"),
            models.CheckConstraint(condition=Q(lane__in=[lane.value for lane in Lane]), name="delivery_lane_known"),
            models.CheckConstraint(condition=Q(approved_hash=F("content_hash")), name="delivery_is_approved"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(miss_at__lte=F("valid_until")), name="delivery_misses_by_expiry"
            ),
            models.CheckConstraint(
                condition=Q(action=Action.PUBLISH, about=None) | (~Q(action=Action.PUBLISH) & Q(about__isnull=False)),
                name="delivery_changes_a_delivery",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENT) | Q(sent_at__isnull=False), name="delivery_sent_when"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.CLAIMED, State.SENDING]) | (~Q(owner="") & Q(lease_until__isnull=False)),
                name="delivery_in_hand_is_leased",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.UNKNOWN) | Q(unknown_at__isnull=False, sent_maybe=True),
                name="delivery_unknown_since",
            ),
            models.CheckConstraint(
                condition=Q(is_kept_back=False) | Q(sent_maybe=True) | ~Q(state__in=[State.PENDING, State.HELD]),
                name="delivery_stays_out",
            ),
            models.UniqueConstraint(
                fields=["post_id", "channel_id", "action", "content_hash"],
                condition=Q(action=Action.PUBLISH)
                & ~Q(stage__in=[State.CANCELLED, State.SUPERSEDED, State.MISSED, State.FAILED]),
                name="delivery_ordered_once",
            ),
            models.UniqueConstraint(fields=["key"], name="delivery_key_once"),
        ]
        indexes = [
            models.Index(
                fields=["channel_id", "lane", "due_at", "id"], condition=Q(stage=OPEN_STAGE), name="delivery_head"
            ),
            models.Index(fields=["due_at"], condition=Q(stage=OPEN_STAGE), name="delivery_due"),
            models.Index(fields=["miss_at"], condition=Q(stage=OPEN_STAGE), name="delivery_miss"),
            models.Index(fields=["valid_until"], condition=Q(stage=State.HELD), name="delivery_held_expiry"),
            models.Index(
                fields=["look_at"], condition=Q(stage=State.UNKNOWN, look_at__isnull=False), name="delivery_look"
            ),
            models.Index(fields=["channel_id", "lane"], condition=Q(stage=State.UNKNOWN), name="delivery_unknown"),
            models.Index(fields=["post_id"], include=["institution", "stage"], name="delivery_of_post"),
            models.Index(
                fields=["institution", "trouble_at"], condition=Q(trouble_at__isnull=False), name="delivery_on_desk"
            ),
            models.Index(
                fields=["institution", "post_id"],
                include=["unit_id", "due_at"],
                condition=Q(stage=OPEN_STAGE),
                name="delivery_going",
            ),
            models.Index(fields=["miss_at"], condition=Q(stage=State.HELD, adapter=MANUAL), name="delivery_by_hand"),
            models.Index(fields=["channel_id", "sent_at"], condition=_ON_PAGES, name="delivery_page"),
            models.Index(fields=["about"], condition=Q(about__isnull=False), name="delivery_about"),
            models.Index(
                fields=["settled_at", "id"],
                condition=Q(stage=State.SENT, action=Action.PUBLISH),
                name="delivery_to_be_read",
            ),
            models.Index(fields=["settled_at"], condition=_CHANGED, name="delivery_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Slot(TenantModel):
    """One channel's place in the line: what occupies it, until when it rests, when it is worth looking at again."""

    access = Access(web=("SELECT", "INSERT", "UPDATE"), engine=("SELECT", "UPDATE"))

    institution = _without_index()
    channel_id = models.BigIntegerField(primary_key=True)
    gap_s = models.FloatField()
    rate_per_s = models.FloatField()
    burst = models.PositiveIntegerField()
    busy_id = models.BigIntegerField(null=True)
    next_at = models.DateTimeField(null=True)
    wake_at = models.DateTimeField(null=True)
    urgency = models.SmallIntegerField(default=Lane.NORMAL)
    hold_code = models.CharField(max_length=40, blank=True)
    hold_detail = models.CharField(max_length=500, blank=True)
    held_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["institution", "urgency", "wake_at"],
                condition=Q(busy_id=None, wake_at__isnull=False),
                name="slot_ready",
            ),
            models.Index(fields=["busy_id"], condition=Q(busy_id__isnull=False), name="slot_busy"),
        ]

    def __str__(self) -> str:
        return str(self.channel_id)


class Attempt(TenantModel):
    """Evidence of one call or one look: what came back, shortened, never a secret."""

    access = Access(web=("SELECT",), engine=APPEND)

    institution = _without_index(db_constraint=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts", db_constraint=False)
    attempt = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    owner = models.CharField(max_length=100)
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField()
    outcome = models.CharField(max_length=60)
    detail = models.CharField(max_length=500, blank=True)
    evidence = models.CharField(max_length=1000, blank=True)

    def __str__(self) -> str:
        return f"{self.delivery_id}/{self.attempt}: {self.outcome}"


class HandReport(TenantModel):
    """What a person said that they did by hand; `evidence` names a picture's bytes in core.blob."""

    access = Access(web=APPEND)

    class Said(models.TextChoices):
        DONE = "done", _("It is done")
        NOT_DONE = "not_done", _("It could not be done")
        ALL_THE_SAME = "all_the_same", _("It was published all the same")
        TAKEN_BACK = "taken_back", _("The confirmation was a mistake")
        NEW_LINK = "new_link", _("The address was another")

    institution = _without_index()
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="hand_reports", db_constraint=False)
    said = models.CharField(max_length=20, choices=Said.choices)
    link = models.CharField(max_length=2000, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    evidence = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.said}"


class LedgerEntry(TenantModel):
    """One transition of one delivery, written with it."""

    access = Access(web=APPEND, engine=APPEND)

    institution = _without_index(db_constraint=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="ledger", db_constraint=False)
    at = models.DateTimeField()
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10)
    cause = models.CharField(max_length=20)
    code = models.CharField(max_length=60, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    owner = models.CharField(max_length=100, blank=True)
    by_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "delivery_ledger"

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.before} > {self.after}"


class StopOrder(TenantModel):
    """A scope in which nothing is sent, from its commit until another person lifts it."""

    access = Access(
        web=("SELECT", "INSERT", "UPDATE (lifted_by_id, lifted_at)"),
        engine=("SELECT",),
        read_by_all="scope = 'all'",  # whom it stops must see why
    )

    scope = models.CharField(max_length=12)
    key = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300)
    removals_too = models.BooleanField(default=False)
    stopped_by_id = models.BigIntegerField(null=True)
    stopped_at = models.DateTimeField()
    lifted_by_id = models.BigIntegerField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=list(Scope)), name="stop_scope_known"),
            models.CheckConstraint(
                condition=Q(lifted_by_id=None) | Q(stopped_by_id=None) | ~Q(lifted_by_id=F("stopped_by_id")),
                name="stop_lifted_by_another",
            ),
        ]
        indexes = [models.Index(fields=["institution"], condition=Q(lifted_at=None), name="stop_in_force")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class Bucket(models.Model):
    """The pace of one credential."""

    key = models.CharField(max_length=100, primary_key=True)
    tat = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class Breaker(models.Model):
    """The health of one platform on one route."""

    platform = models.CharField(max_length=30)
    route = models.CharField(max_length=60)
    failures = models.PositiveIntegerField(default=0)
    trips = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True)
    probe_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)  # by a trigger

    class Meta:
        constraints = [models.UniqueConstraint(fields=["platform", "route"], name="breaker_once")]

    def __str__(self) -> str:
        return f"{self.platform} {self.route}"


class Way(models.Model):
    """One route to one platform: whether it is the one that is taken, and how it fared."""

    platform = models.CharField(max_length=30)
    route = models.CharField(max_length=60)
    is_chosen = models.BooleanField(default=False)
    ok_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["platform", "route"], name="way_once"),
            models.UniqueConstraint(fields=["platform"], condition=Q(is_chosen=True), name="way_chosen_once"),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.route}"

    @property
    def is_failing(self) -> bool:
        """Whether the last call on it reached nobody."""
        return self.failed_at is not None and (self.ok_at is None or self.ok_at < self.failed_at)


class Worker(models.Model):
    """One engine's heartbeat."""

    owner = models.CharField(max_length=100, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    in_hand = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.owner
