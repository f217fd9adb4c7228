"""What pages and programs read of reading back."""

from collections.abc import Collection

from django.db.models import QuerySet

from ravi.accounts.models import Person
from ravi.delivery.models import Delivery, ReadBack
from ravi.delivery.queries import deliveries_visible_to
from ravi.delivery.read_back.models import needs_a_person


def cases_visible_to(person: Person) -> QuerySet[Delivery]:
    """Changes that do not stand, and of which nobody has said that it is dealt with."""
    return deliveries_visible_to(person).filter(needs_a_person("read_back__"))


def read_backs_of(delivery_ids: Collection[int]) -> dict[int, ReadBack]:
    """Change -> its row, where it has one. One query."""
    return {one.delivery_id: one for one in ReadBack.objects.filter(delivery_id__in=delivery_ids)}
