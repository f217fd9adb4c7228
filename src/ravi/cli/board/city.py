"""Ten institutions, the first with sixty units and people of its own; and the pages that they open."""

from dataclasses import dataclass
from typing import Any

from ravi.accounts.models import Institution, Person
from ravi.accounts.queries import headquarters
from ravi.accounts.rules import RoleKind, UnitKind
from ravi.accounts.services import add_person, add_unit, found_institution, grant_role
from ravi.core.tenancy import tenant
from ravi.delivery.models import Delivery
from ravi.delivery.rules import State

UNITS, OTHERS = 60, 9


@dataclass(frozen=True)
class City:
    """The institutions' numbers, the asked one first, and two of its people."""

    institutions: list[int]
    editor: Person
    head: Person


def found_city(*, units: int = UNITS, others: int = OTHERS) -> City:
    """By the services, as everybody is."""
    mine = found_institution("دانشگاه علوم پزشکی", "bench", is_demo=True)  # no second factor here
    with tenant(mine.pk):
        root = headquarters(mine.pk)
        for number in range(units):
            add_unit(f"بیمارستان {number}", UnitKind.HOSPITAL, parent=root, by=None)
        people = [
            _person(name, kind, root, mine) for name, kind in (("bench", RoleKind.EDITOR), ("head", RoleKind.HEAD))
        ]
    rest = [found_institution(f"دانشگاه {number}", f"other{number}").pk for number in range(others)]
    return City([mine.pk, *rest], *people)


def pages(person: Person, posts: int) -> list[tuple[str, str]]:
    """(name, address) of what stands above the archive: lists, boards of old and new messages, lives of copies."""
    with tenant(person.institution_id):
        mine = Delivery.objects.filter(institution_id=person.institution_id)
        first, last = (mine.filter(post_id__lte=posts).order_by(order).first() for order in ("pk", "-pk"))
        going = mine.filter(state=State.PENDING).order_by("pk").first()
        unknown = mine.filter(state=State.UNKNOWN).order_by("-pk").first()
    assert first and last and going and unknown
    return [
        ("home", "/"),
        ("messages", "/posts/"),
        ("messages, page 40", "/posts/?page=40"),
        ("approved messages", "/posts/?state=approved"),
        ("board of two years ago", f"/posts/{first.post_id}/board/"),
        ("board of today", f"/posts/{last.post_id}/board/"),
        ("board of what is in line", f"/posts/{going.post_id}/board/"),
        ("one unit's copies", f"/posts/{last.post_id}/board/{last.unit_id}/"),
        ("unknown desk", "/deliveries/unknown/"),
        ("unknown desk, one message", f"/deliveries/unknown/?post={unknown.post_id}"),
        ("held list", "/deliveries/held/"),
        ("stops", "/deliveries/stops/"),
        ("life of a copy of two years ago", f"/deliveries/{first.pk}/"),
        ("life of an unknown copy", f"/deliveries/{unknown.pk}/"),
        ("life of a copy in line", f"/deliveries/{going.pk}/"),
    ]


def _person(name: str, kind: RoleKind, unit: Any, institution: Institution) -> Person:
    person = add_person(name, name, None, institution=institution, by=None)
    grant_role(person, kind, unit=unit, by=None)
    return person
