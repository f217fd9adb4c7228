"""A workshop, its sessions, who teaches there, and how many seats a unit has."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person, Unit
from ravi.core.access import Access
from ravi.core.models import TenantModel
from ravi.training.models.series import Series
from ravi.training.rules import LONGEST_NAME, Part, WorkshopState


class Workshop(TenantModel):
    """One of its series. Units see it once it is open; `revision` grows with what calendars have to hear."""

    class State(models.TextChoices):
        DRAFT = WorkshopState.DRAFT, _("Being planned")
        OPEN = WorkshopState.OPEN, _("Announced")
        CANCELLED = WorkshopState.CANCELLED, _("Cancelled")

    access = Access(web=("SELECT", "INSERT", "UPDATE"))

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="workshops")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=LONGEST_NAME)
    goal = models.TextField(blank=True)
    seats = models.PositiveSmallIntegerField(null=True)
    unit_seats = models.PositiveSmallIntegerField(null=True)
    nominations_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=WorkshopState.DRAFT)
    planned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="workshop_number_once"),
            models.CheckConstraint(
                condition=~Q(state=WorkshopState.CANCELLED) | Q(cancelled_at__isnull=False) & ~Q(cancel_reason=""),
                name="workshop_cancelled_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=WorkshopState.OPEN) | Q(opened_at__isnull=False), name="workshop_open_since"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class UnitSeats(TenantModel):
    """Another number of seats for one unit than for the others."""

    access = Access(web=("SELECT", "INSERT", "UPDATE", "DELETE"))

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="unit_quotas")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    seats = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop", "unit"], name="unit_seats_once")]

    def __str__(self) -> str:
        return f"{self.workshop_id} {self.unit_id} {self.seats}"


class Session(TenantModel):
    """A part of the day with a place. `sequence` is iCalendar's: it grows when the time or the place changes."""

    class PartChoice(models.TextChoices):
        MORNING = Part.MORNING, _("Morning")
        EVENING = Part.EVENING, _("Evening")

    access = Access(web=("SELECT", "INSERT", "UPDATE", "DELETE"))

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="sessions")
    topic = models.CharField(max_length=LONGEST_NAME)
    part = models.CharField(max_length=10, choices=PartChoice.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    room = models.CharField(max_length=LONGEST_NAME, blank=True)
    link = models.CharField(max_length=500, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            models.UniqueConstraint(fields=["workshop", "starts_at", "room"], name="session_once"),
        ]
        indexes = [models.Index(fields=["institution", "starts_at"], name="session_by_time")]

    def __str__(self) -> str:
        return f"{self.workshop_id} {self.starts_at:%Y-%m-%d}"


class Instructor(TenantModel):
    """Who teaches in a session: mostly a guest, whose name and office stand in the programme and nowhere else."""

    access = Access(web=("SELECT", "INSERT", "UPDATE", "DELETE"))

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="instructors")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=LONGEST_NAME)
    affiliation = models.CharField(max_length=LONGEST_NAME, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "place"], name="instructor_place_once")]

    def __str__(self) -> str:
        return self.name
