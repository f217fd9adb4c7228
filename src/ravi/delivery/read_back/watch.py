"""Changes that do not stand and that nobody has dealt with: whoever may look hears of them, once for as long as it lasts."""

from collections import defaultdict
from urllib.parse import urlencode

from django.urls import reverse

from ravi.accounts.queries import people_who_serve_in, units_by_id
from ravi.accounts.rules import Ability
from ravi.core.canonical import JSON
from ravi.delivery.models import Delivery, ReadBack
from ravi.delivery.payload import title_in
from ravi.delivery.read_back.models import NEEDS_A_PERSON
from ravi.notices.services import Lasting


def unstanding(leading: frozenset[int]) -> dict[str, Lasting]:
    """One case per message and unit, inside a tenant; where the unit has nobody, the institution's heads hear of it."""
    found: dict[tuple[int, int], list[Delivery]] = defaultdict(list)
    for row in ReadBack.objects.filter(NEEDS_A_PERSON).select_related("delivery").order_by("pk"):
        found[row.delivery.post_id, row.delivery.unit_id].append(row.delivery)
    units = units_by_id({unit_id for _post, unit_id in found}) if found else {}
    serving = people_who_serve_in(units, Ability.RESOLVE_UNKNOWN) if units else {}
    cases: dict[str, Lasting] = {}
    for (post_id, unit_id), copies in found.items():
        params: dict[str, JSON] = {
            "title": title_in(copies[0].payload),
            "unit": units[unit_id].name if unit_id in units else "",
            "platform": copies[0].platform,
            "count": len(copies),
        }
        url = f"{reverse('delivery:read_backs')}?{urlencode({'post': post_id})}"
        cases[f"{post_id} {unit_id}"] = Lasting(frozenset(serving.get(unit_id, ())) or leading, params, url)
    return cases
