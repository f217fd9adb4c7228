"""Who is to come, sent by which unit, and that they were reminded."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person, Unit
from ravi.core.access import APPEND, Access
from ravi.core.models import TenantModel
from ravi.training.models.workshop import Session, Workshop
from ravi.training.rules import RegistrationState


class Registration(TenantModel):
    """One person and one workshop; whoever comes again after a no has the same row. `queued_at`: the place in the line."""

    class State(models.TextChoices):
        NOMINATED = RegistrationState.NOMINATED, _("A seat is kept")
        WAITING = RegistrationState.WAITING, _("On the waiting list")
        CONFIRMED = RegistrationState.CONFIRMED, _("Comes")
        DECLINED = RegistrationState.DECLINED, _("Does not come")
        CANCELLED = RegistrationState.CANCELLED, _("Taken off the list")
        LAPSED = RegistrationState.LAPSED, _("Not confirmed in time")

    access = Access(web=("SELECT", "INSERT", "UPDATE"))

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="registrations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    nominated_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    queued_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workshop", "person"], name="registration_once"),
            models.CheckConstraint(condition=Q(state__in=list(RegistrationState)), name="registration_state_known"),
        ]
        indexes = [models.Index(fields=["person", "state"], name="registration_by_person")]

    def __str__(self) -> str:
        return f"{self.workshop_id} {self.person_id} {self.state}"


class SessionReminder(TenantModel):
    """That those who come were reminded of a session as it then stood; moved, it is told anew."""

    access = Access(web=APPEND)

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="reminders")
    starts_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "starts_at"], name="session_reminder_once")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.starts_at:%Y-%m-%d}"
