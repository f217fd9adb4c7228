"""What people say about workshops; parses, never writes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ravi.accounts.models import Person, Unit
from ravi.core.calendar import in_tehran
from ravi.core.fields import LATIN, ClockField, JalaliDateTimeField, PersianIntegerField
from ravi.training.draft import SeriesFields, SessionFields, Teacher, WorkshopFields
from ravi.training.models import Session, Workshop
from ravi.training.rules import LONGEST_NAME, LONGEST_TEXT, MOST_SEATS, Part

BETWEEN = ("،", ",", "—")


class SeriesForm(forms.Form):
    """Only the name is needed."""

    name = forms.CharField(
        label=_("Name of the series"), max_length=LONGEST_NAME, help_text=_("For example: managing social media")
    )
    purpose = forms.CharField(
        label=_("What is it for?"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea({"rows": "3"})
    )

    def fields_said(self) -> SeriesFields:
        """What the services are given."""
        return SeriesFields(**self.cleaned_data)


class WorkshopForm(forms.Form):
    """Only the title is needed; the sessions come afterwards."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_NAME)
    goal = forms.CharField(
        label=_("What will people be able to do afterwards?"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea({"rows": "3"}),
    )
    seats = PersianIntegerField(
        label=_("Seats in all"), required=False, min_value=1, max_value=MOST_SEATS, help_text=_("Empty: no limit")
    )
    unit_seats = PersianIntegerField(
        label=_("Seats for each unit"),
        required=False,
        min_value=1,
        max_value=MOST_SEATS,
        help_text=_("Empty: no limit"),
    )
    nominations_until = JalaliDateTimeField(
        label=_("Units send people until"), with_time=False, required=False, help_text=_("Empty: until it is over")
    )

    def __init__(self, data: Any = None, *, workshop: Workshop | None = None) -> None:
        names = ("title", "goal", "seats", "unit_seats", "nominations_until")
        super().__init__(data, initial={name: getattr(workshop, name) for name in names} if workshop else None)

    def fields_said(self) -> WorkshopFields:
        """What the services are given."""
        return WorkshopFields(**self.cleaned_data)


class SessionForm(forms.Form):
    """One part of the day; who teaches stands one in a line."""

    topic = forms.CharField(label=_("What is it about?"), max_length=LONGEST_NAME)
    part = forms.ChoiceField(label=_("Part of the day"), choices=Session.PartChoice.choices, widget=forms.RadioSelect)
    on = JalaliDateTimeField(label=_("Day"), with_time=False)
    first = ClockField(label=_("From"))
    last = ClockField(label=_("To"))
    room = forms.CharField(label=_("Room"), max_length=LONGEST_NAME, required=False)
    link = forms.CharField(
        label=_("Link, where it is held online"), max_length=500, required=False, widget=forms.TextInput(LATIN)
    )
    teachers = forms.CharField(
        label=_("Who teaches"),
        help_text=_("One in a line: the name, a comma, the office."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea({"rows": "3"}),
    )

    def __init__(self, data: Any = None, *, session: Session | None = None) -> None:
        super().__init__(data, initial=_said(session) if session else {"part": Part.MORNING})

    def fields_said(self) -> SessionFields:
        """What the services are given."""
        said = self.cleaned_data
        day = in_tehran(said["on"]).date()
        hours = [in_tehran(day).replace(hour=said[name].hour, minute=said[name].minute) for name in ("first", "last")]
        return SessionFields(
            topic=said["topic"],
            part=Part(said["part"]),
            starts_at=hours[0],
            ends_at=hours[1],
            room=said["room"],
            link=said["link"],
            teachers=read_teachers(said["teachers"]),
        )


class CancelForm(forms.Form):
    """Why it does not take place."""

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Whoever would have come reads it."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": "3"}),
    )


class UnitSeatsForm(forms.Form):
    """A number for each unit that has another one than the rest."""

    def __init__(self, data: Any = None, *, units: Iterable[Unit], special: dict[int, int]) -> None:
        super().__init__(data)
        self.units = {f"unit_{unit.pk}": unit for unit in units}
        for name, unit in self.units.items():
            self.fields[name] = PersianIntegerField(
                label=unit.name, required=False, min_value=0, max_value=MOST_SEATS, initial=special.get(unit.pk)
            )

    def seats(self) -> dict[Unit, int]:
        """Of the units for which one was written."""
        said = self.cleaned_data
        return {unit: said[name] for name, unit in self.units.items() if said[name] is not None}


class NominationForm(forms.Form):
    """Whom a unit sends."""

    people = forms.TypedMultipleChoiceField(
        label=_("Who comes?"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one of your colleagues.")},
    )

    def __init__(self, data: Any = None, *, people: Sequence[Person]) -> None:
        super().__init__(data)
        field: Any = self.fields["people"]
        field.choices = [(person.pk, person.name) for person in people]


def read_teachers(text: str) -> tuple[Teacher, ...]:
    """“name، office” in each line; the first comma parts them."""
    return tuple(_teacher(line) for line in text.splitlines() if line.strip())


def _teacher(line: str) -> Teacher:
    places = [place for sign in BETWEEN if (place := line.find(sign)) > 0]
    name, affiliation = (line[: min(places)], line[min(places) + 1 :]) if places else (line, "")
    return Teacher(name.strip(), affiliation.strip())


def _said(session: Session) -> dict[str, Any]:
    taught = [f"{one.name}، {one.affiliation}" if one.affiliation else one.name for one in session.instructors.all()]
    names = ("topic", "part", "room", "link")
    return {
        **{name: getattr(session, name) for name in names},
        "on": session.starts_at,
        "first": _clock(session.starts_at),
        "last": _clock(session.ends_at),
        "teachers": "\n".join(taught),
    }


def _clock(moment: datetime) -> str:
    return f"{in_tehran(moment):%H:%M}"
