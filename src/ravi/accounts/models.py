"""Institutions, their unit trees, people, roles and sessions."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ravi.accounts.rules import RoleKind, UnitKind, Verb, every_verb
from ravi.core.access import Access
from ravi.core.models import TenantModel


class Institution(models.Model):
    """A tenant: one university of medical sciences, one ministry office."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60, unique=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Unit(TenantModel):
    """A node of the institution's tree; the one without a parent is headquarters.

    `path` is the ids from the root, each followed by a slash: "1/7/", so that a subtree is a prefix. A closed unit stays
    for what it published; one that was merged stands under its `successor`, whose people answer for that from then on.
    """

    class Kind(models.TextChoices):
        HEADQUARTERS = UnitKind.HEADQUARTERS, _("Headquarters")
        HOSPITAL = UnitKind.HOSPITAL, _("Hospital")
        FACULTY = UnitKind.FACULTY, _("Faculty")
        COUNTY_NETWORK = UnitKind.COUNTY_NETWORK, _("County health network")
        HEALTH_HOUSE = UnitKind.HEALTH_HOUSE, _("Health house")
        CENTRE = UnitKind.CENTRE, _("Centre")

    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    path = models.CharField(max_length=255, db_index=True)
    sort_key = models.CharField(max_length=400, db_collation="C")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("Person", null=True, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("sort_key", "id")
        constraints = [
            models.UniqueConstraint(fields=["institution"], condition=Q(parent=None), name="unit_one_root"),
            models.UniqueConstraint(
                fields=["institution", "parent", "name"], condition=Q(closed_at=None), name="unit_name_once"
            ),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(parent__isnull=False), name="unit_root_stays"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(successor=None, closed_by=None), name="unit_closed_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.name


def persian_only() -> list[str]:
    """What somebody reads of whom nobody has said more."""
    return ["fa"]


class PersonManager(BaseUserManager["Person"]):
    """Finds people by user name, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(username__iexact=username)


class SignedInManager(PersonManager):
    """Reads a person with the institution, which every page names: what a session's person comes from."""

    def get_queryset(self) -> models.QuerySet["Person"]:
        return super().get_queryset().select_related("institution")


class Person(AbstractBaseUser):
    """Somebody who signs in. `username` is one in the whole installation; `language` is that of the pages, `reads` are
    those in which the person can judge a text."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=5, default="fa")
    reads = models.JSONField(default=persian_only)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    sort_key = models.CharField(max_length=400, db_collation="C")

    signed_in = SignedInManager()  # the first one is Django's default
    objects = PersonManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("sort_key", "id")

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's own permissions are not used: rights are roles (accounts.rules.MAY)."""
        return False


class Role(TenantModel):
    """What a person is in a unit, from when to when."""

    access = Access(web=("SELECT", "INSERT", "UPDATE"))

    class Kind(models.TextChoices):
        HEAD = RoleKind.HEAD, _("Head of the institution")
        EDITOR = RoleKind.EDITOR, _("Headquarters editor")
        EXPERT = RoleKind.EXPERT, _("Health expert")
        UNIT_HEAD = RoleKind.UNIT_HEAD, _("Head of the unit")
        UNIT_OFFICER = RoleKind.UNIT_OFFICER, _("Officer of the unit")
        AUDITOR = RoleKind.AUDITOR, _("Auditor")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    granted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit", "kind"], condition=Q(ended_at=None), name="role_held_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.unit_id}"


class Absence(TenantModel):
    """From when to when somebody is away, and who is told in their place; `ended_at` when it ended before its time."""

    access = Access(web=("SELECT", "INSERT", "DELETE", "UPDATE (ended_at, told_at)"))

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    stand_in = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_has_a_length"),
            models.CheckConstraint(condition=~Q(stand_in=F("person")), name="absence_other_stands_in"),
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="absence_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_at}"


class AccessToken(TenantModel):
    """A person's own key for programs; only its SHA-256 is kept, and `hint`, its beginning, to know it by.

    It does what `verbs` say (and reads), in `unit` and under it where one is named, and never more than its person may.
    `used_in_window` counts the requests since `window_at`.
    """

    class VerbChoice(models.TextChoices):
        WRITE = Verb.WRITE, pgettext_lazy("key", "Write messages and send them for approval")
        APPROVE = Verb.APPROVE, pgettext_lazy("key", "Approve or return (asks for a code each time)")
        WITHDRAW = Verb.WITHDRAW, pgettext_lazy("key", "Withdraw messages")
        STOP = Verb.STOP, pgettext_lazy("key", "Stop sending and let it go on")
        RESOLVE = Verb.RESOLVE, pgettext_lazy("key", "Answer about unknown copies")
        VERIFY = Verb.VERIFY, pgettext_lazy("key", "Check the connections of channels")
        OFFER = Verb.OFFER, pgettext_lazy("key", "Write network messages and offer them to the units")
        ADOPT = Verb.ADOPT, pgettext_lazy("key", "Answer what headquarters offers to the unit")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="access_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=24, blank=True)
    verbs = models.JSONField(default=every_verb)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    window_at = models.DateTimeField(null=True)
    used_in_window = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Session(AbstractBaseSession):
    """A browser session that knows whose it is, so that a leaver's sessions close at once."""

    person_id = models.BigIntegerField(null=True, db_index=True)

    class Meta(AbstractBaseSession.Meta):
        db_table = "accounts_session"

    @classmethod
    def get_session_store_class(cls) -> Any:
        from ravi.accounts.session import SessionStore  # noqa: PLC0415 -- the store imports this model

        return SessionStore
