"""Posts, their words per platform, and what was frozen, approved and returned."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person, Unit
from ravi.core.access import APPEND, Access
from ravi.core.models import TenantModel
from ravi.delivery.models import Delivery
from ravi.directory.models import Channel
from ravi.library.models import Media
from ravi.publishing.correction import Way
from ravi.publishing.rules import MOST_STEPS, OPEN, PostState, Topic


class Post(TenantModel):
    """Content ready for channels. `text` goes out; `typed_text` is what was typed before the safe level tidied it.

    `revision` grows with every change; `as_typed` names the parts (title, full, a variant) whose tidying was undone.
    `words_at` is the page of a higher room where the words are changed, "" where that is the composer; with `halted_at`
    that room has newer words, and nothing of these leaves. Copies without a time of their own go `spread_s` after the yes.
    `is_emergency`: it goes before all others, since an expert approved such words beforehand.
    `corrects` is the message whose copies these words are carried to, always the first one; where a platform neither edits
    nor answers, `replaces` says to remove and publish anew, and `pins` to put what answers at the top of its channel.
    """

    class State(models.TextChoices):
        DRAFT = PostState.DRAFT, _("Draft")
        SUBMITTED = PostState.SUBMITTED, _("Waiting for approval")
        RETURNED = PostState.RETURNED, _("Returned")
        APPROVED = PostState.APPROVED, _("Approved")
        WITHDRAWN = PostState.WITHDRAWN, _("Withdrawn")

    class TopicChoice(models.TextChoices):
        ORGANISATION = Topic.ORGANISATION, _("News of the organisation")
        HEALTH = Topic.HEALTH, _("Health advice")
        LIGHT = Topic.LIGHT, _("Light content (greetings, contests)")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=300, blank=True)
    typed_title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    typed_text = models.TextField(blank=True)
    as_typed = models.JSONField(default=list)
    lang = models.CharField(max_length=12, default="fa")
    link = models.CharField(max_length=2000, blank=True)
    valid_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    spread_s = models.PositiveIntegerField(default=0, db_default=0)
    words_at = models.CharField(max_length=200, blank=True, default="", db_default="")
    topic = models.CharField(max_length=20, choices=TopicChoice.choices, default=Topic.HEALTH)
    state = models.CharField(max_length=20, choices=State.choices, default=PostState.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    steps = models.PositiveSmallIntegerField(db_default=1)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    replaces = models.BooleanField(default=False, db_default=False)
    pins = models.BooleanField(default=False, db_default=False)
    halted_at = models.DateTimeField(null=True)
    is_emergency = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["corrects"], condition=Q(state__in=sorted(OPEN)), name="correction_open_once"
            ),
            models.CheckConstraint(condition=Q(pins=False) | Q(corrects__isnull=False), name="only_corrections_pin"),
        ]
        indexes = [
            models.Index(fields=["institution", "-edited_at", "-id"], name="post_by_time"),
            models.Index(fields=["institution", "state", "-edited_at"], name="post_by_state"),
            models.Index(fields=["institution", "unit", "-edited_at"], name="post_by_unit"),
            models.Index(fields=["author", "-edited_at"], name="post_by_author"),
            models.Index(fields=["institution", "submitted_at"], name="post_submitted"),
        ]

    def __str__(self) -> str:
        return self.title or f"#{self.pk}"


class Variant(TenantModel):
    """Other words of a post for a length class or one platform."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="variants")
    name = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    typed_text = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "name"], name="variant_once")]

    def __str__(self) -> str:
        return self.name


class PostMedia(TenantModel):
    """An image of a post in its place."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="images")
    media = models.ForeignKey(Media, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["post", "position"], name="post_media_place")]

    def __str__(self) -> str:
        return f"{self.position}: {self.media_id}"


class PostChannel(TenantModel):
    """A channel that the author chose."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="chosen")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "channel"], name="post_channel_once")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.channel_id}"


class Writer(TenantModel):
    """Whoever changed a post's words; none of them may approve it."""

    access = Access(web=APPEND)

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="writers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="writer_once")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.person_id}"


class SetAside(TenantModel):
    """What somebody typed while another person saved first: kept until they have looked at it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="set_aside")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    fields = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["post", "person", "-at"], name="set_aside_of_person")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.person_id}"


class Copy(TenantModel):
    """What one channel gets, frozen at submission. `payload` is the canonical JSON whose SHA-256 is `content_hash`.

    A copy with `problems` is shown with its counts and never sent; one that has not `steps` yeses of different people, a
    health expert's among them where `needs_expert`, is not either. A correction's copy says its `way` and the delivery that
    it is `of`; a channel whose copy has not gone yet has two, and one of them is sent.
    """

    access = Access(web=APPEND)

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="copies")
    revision = models.PositiveIntegerField()
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    platform = models.CharField(max_length=20)
    variant_name = models.CharField(max_length=40)
    way = models.CharField(max_length=10, default=Way.NEW, db_default=Way.NEW)
    of = models.ForeignKey(Delivery, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    payload = models.TextField()
    content_hash = models.CharField(max_length=64)
    problems = models.JSONField(default=list)
    steps = models.PositiveSmallIntegerField(db_default=1)
    needs_expert = models.BooleanField(db_default=False)
    frozen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "revision", "channel", "way"], name="copy_once")]
        indexes = [
            models.Index(fields=["post", "content_hash"], name="copy_by_hash"),
            models.Index(fields=["post", "revision"], condition=~Q(problems=[]), name="copy_blocked"),
        ]

    def __str__(self) -> str:
        return self.content_hash


class Approval(TenantModel):
    """A named person's yes to one hash. `voided_at` ends it; nothing brings it back. Each step is a row of its own.

    `rule_id` names the standing approval (a higher room's) by which the yes came without its person's hand.
    """

    access = Access(web=("SELECT", "INSERT", "UPDATE (voided_at)"))

    copy = models.ForeignKey(Copy, on_delete=models.PROTECT, related_name="approvals")
    content_hash = models.CharField(max_length=64)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    step = models.PositiveSmallIntegerField(db_default=1)
    is_expert = models.BooleanField(db_default=False)
    rule_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(approver=F("author")), name="approver_is_not_author"),
            models.UniqueConstraint(fields=["copy", "step"], condition=Q(voided_at=None), name="approval_live_once"),
            models.UniqueConstraint(
                fields=["copy", "approver"], condition=Q(voided_at=None), name="approval_of_person_once"
            ),
        ]

    def __str__(self) -> str:
        return self.content_hash


class PassOn(TenantModel):
    """An approver's "not my field": another one is asked, and everybody who may approve still may."""

    access = Access(web=APPEND)

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="passes")
    revision = models.PositiveIntegerField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(to=F("by")), name="passed_to_another")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.by_id} {self.to_id}"


class Comment(TenantModel):
    """What somebody says about a passage; `quote` is the passage as it stood in that revision, character for character."""

    access = Access(web=("SELECT", "INSERT", "UPDATE (resolved_at, resolved_by_id)"))

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="comments")
    revision = models.PositiveIntegerField()
    quote = models.TextField()
    words = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    resolved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.quote


class CommentAnswer(TenantModel):
    """What somebody answers to a comment."""

    access = Access(web=APPEND)

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="answers")
    words = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.words


class StepRule(TenantModel):
    """How many yeses posts of a topic need: in one unit and those below it, or (no unit) wherever nothing else is set."""

    topic = models.CharField(max_length=20, choices=Post.TopicChoice.choices)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="+")
    steps = models.PositiveSmallIntegerField()
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "topic", "unit"], nulls_distinct=False, name="step_rule_once"
            ),
            models.CheckConstraint(condition=Q(steps__gte=1, steps__lte=MOST_STEPS), name="step_rule_in_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.unit_id}: {self.steps}"


class Return(TenantModel):
    """An approver's no, with what to change."""

    access = Access(web=APPEND)

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="returns")
    revision = models.PositiveIntegerField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    note = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.post_id}: {self.by_id}"


class Trouble(TenantModel):
    """A copy's failed, unknown or missed state that its people were told of, so that nobody is told twice or never."""

    access = Access(web=APPEND)

    delivery_id = models.BigIntegerField()
    state = models.CharField(max_length=20)
    attempt = models.PositiveIntegerField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery_id", "state", "attempt"], name="trouble_told_once")]
        indexes = [models.Index(fields=["institution", "told_at"], name="trouble_told_at")]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.state}"
