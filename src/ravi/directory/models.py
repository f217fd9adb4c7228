"""Channels and what belongs to each: custodians, sealed credentials, loans to headquarters, errands for the engine."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ravi.accounts.models import Person, Unit
from ravi.core.access import APPEND, Access
from ravi.core.models import TenantModel
from ravi.directory.rules import ChannelState, ErrandKind, ErrandOutcome, ErrandState


class Channel(TenantModel):
    """One official presence on one platform.

    `platform` is what people see, `adapter` how Ravi reaches it, `address` the target that the adapter is given.
    `handle_key` is the spelling in which handles are compared; `search_key` holds search tokens, each between spaces.
    """

    access = Access(
        web=("SELECT", "INSERT", "UPDATE"),
        engine=(
            "SELECT (id, institution_id, unit_id, platform, adapter, handle, address, state, listed, found_limits)",
            "UPDATE (verified_at, verified_note, found_limits)",
        ),
    )

    class State(models.TextChoices):
        REQUESTED = ChannelState.REQUESTED, pgettext_lazy("channel", "Requested")
        ACTIVE = ChannelState.ACTIVE, pgettext_lazy("channel", "Active")
        FROZEN = ChannelState.FROZEN, pgettext_lazy("channel", "Frozen")
        RETIRED = ChannelState.RETIRED, pgettext_lazy("channel", "Retired")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="channels")
    platform = models.CharField(max_length=30)
    adapter = models.CharField(max_length=30)
    handle = models.CharField(max_length=200)
    handle_key = models.CharField(max_length=200, db_collation="C")
    link = models.URLField(max_length=500, blank=True)
    address = models.CharField(max_length=500)
    purpose = models.CharField(max_length=300)
    state = models.CharField(max_length=20, choices=State.choices, default=ChannelState.REQUESTED)
    state_note = models.CharField(max_length=300, blank=True)
    state_at = models.DateTimeField()
    listed = models.BooleanField(default=False)
    opened_on = models.DateField(null=True)
    requested_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    sort_key = models.CharField(max_length=400, db_collation="C")
    search_key = models.TextField(db_collation="C")
    verified_at = models.DateTimeField(null=True)
    verified_note = models.CharField(max_length=300, blank=True)
    # The last findings of limits that the platform documents too, by name: what texts are measured by asks no table more.
    found_limits = models.JSONField(null=True)

    # What a list shows of its connection; set by the view.
    warning: Any = None

    class Meta:
        ordering = ("unit__sort_key", "platform", "sort_key", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "platform", "handle_key"],
                condition=~Q(state=ChannelState.RETIRED),
                name="channel_once",
            ),
            models.CheckConstraint(
                condition=Q(listed=False) | Q(state__in=[ChannelState.ACTIVE, ChannelState.FROZEN]),
                name="channel_listed_while_alive",
            ),
        ]
        indexes = [models.Index(fields=["institution", "state"], name="channel_state")]

    def __str__(self) -> str:
        return self.shown_handle

    @property
    def shown_handle(self) -> str:
        """The handle as people of that platform write it."""
        return self.handle if self.platform in {"wordpress", "email", "matrix", "feeds"} else f"@{self.handle}"


class Custodian(TenantModel):
    """Who holds the account itself, from when to when."""

    access = Access(web=("SELECT", "INSERT", "UPDATE (until, ended_by_id)"))

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="custodians")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("since", "id")
        constraints = [
            models.UniqueConstraint(fields=["channel", "person"], condition=Q(until=None), name="custodian_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.channel_id}"


_LIFE = "expires_at, renewed_at, renew_at, renew_failures, renew_refused_at, probe_at, checked_at, outcome, detail, failures"


class WithoutBox(models.Manager["Credential"]):
    """The web role may not read the box, so no query of the web side asks for it."""

    def get_queryset(self) -> Any:
        return super().get_queryset().defer("box")


class Credential(TenantModel):
    """The sealed credential of a channel; the web side writes it and can never read it back.

    The engine looks at it (`probe_at`, and what it found), and renews it where the platform lets it (`renew_at`).
    """

    access = Access(
        web=(
            f"SELECT (id, institution_id, channel_id, key_id, fingerprint, set_by_id, set_at, {_LIFE})",
            "INSERT",
            "DELETE",
        ),
        engine=("SELECT", f"UPDATE (box, key_id, {_LIFE})"),
    )

    channel = models.OneToOneField(Channel, on_delete=models.PROTECT, related_name="credential")
    box = models.BinaryField()
    key_id = models.CharField(max_length=100)
    # Equal for two channels with the same secret, and telling nothing of it: they share one pace at their platform.
    fingerprint = models.CharField(max_length=64, default="")
    set_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    renewed_at = models.DateTimeField(null=True)
    renew_at = models.DateTimeField(null=True)
    renew_failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    renew_refused_at = models.DateTimeField(null=True)
    probe_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True, default="", db_default="")
    detail = models.CharField(max_length=300, blank=True, default="", db_default="")
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)

    objects = WithoutBox()

    class Meta:
        base_manager_name = "objects"
        indexes = [
            models.Index(fields=["probe_at"], condition=Q(probe_at__isnull=False), name="credential_probe"),
            models.Index(fields=["renew_at"], condition=Q(renew_at__isnull=False), name="credential_renew"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.key_id}"


class Loan(TenantModel):
    """A unit lends headquarters the right to publish on its channel, until it takes it back."""

    access = Access(web=("SELECT", "INSERT", "UPDATE (revoked_by_id, revoked_at)"))

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="loans")
    lent_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    lent_at = models.DateTimeField()
    revoked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-lent_at", "-id")
        constraints = [models.UniqueConstraint(fields=["channel"], condition=Q(revoked_at=None), name="loan_once")]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.lent_at}"


class Finding(TenantModel):
    """What an account told of one of its limits or counts, beside what its platform documents; only added to."""

    access = Access(web=("SELECT",), engine=APPEND)

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="findings", db_index=False)
    name = models.CharField(max_length=30)
    value = models.FloatField()
    documented = models.FloatField(null=True)
    source = models.CharField(max_length=30)
    found_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["channel", "name", "-id"], name="finding_last")]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.name}: {self.value}"


class Errand(TenantModel):
    """Something that only the engine can do for a channel, since only it opens credentials."""

    access = Access(
        web=("SELECT", "INSERT", "DELETE"),
        engine=("SELECT", "UPDATE (state, claimed_at, done_at, outcome, detail)"),
    )

    class Outcome(models.TextChoices):
        VERIFIED = ErrandOutcome.VERIFIED, _("The platform knows this account and accepts the credential.")
        OTHER_ACCOUNT = ErrandOutcome.OTHER_ACCOUNT, _("The credential is valid, but belongs to another account.")
        REFUSED = ErrandOutcome.REFUSED, _("The platform does not accept this credential. Set a new one.")
        NOT_REACHED = (
            ErrandOutcome.NOT_REACHED,
            _("The platform did not answer. The credential may be right; try again."),
        )
        NOT_ALLOWED = (
            ErrandOutcome.NOT_ALLOWED,
            _("The platform knows the account, but does not let it publish here. Look at its rights there."),
        )
        NO_CREDENTIAL = ErrandOutcome.NO_CREDENTIAL, _("There is no credential that the engine can open. Set one.")
        NOT_POSSIBLE = ErrandOutcome.NOT_POSSIBLE, _("This platform offers no way to check without publishing.")

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="errands")
    kind = models.CharField(max_length=20, default=ErrandKind.VERIFY)
    state = models.CharField(max_length=20, default=ErrandState.REQUESTED)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-asked_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["channel", "kind"], condition=Q(done_at=None), name="errand_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel_id} {self.state}"
