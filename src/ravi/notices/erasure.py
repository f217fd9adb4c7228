"""What this room holds of a former colleague: notices to them, where they went, and their name in notices to others."""

from django.db.models import CharField, F, Func, Value
from django.db.models.functions import Cast

from ravi.core.erasure import Erased, erases
from ravi.notices.models import Address, Notice


@erases("notices")
def erase(erased: Erased) -> None:
    """Notices to them and their addresses go; where others were told what they did, the label stands in the name's place."""
    Notice.objects.filter(person_id=erased.person_id).delete()
    Address.objects.filter(person_id=erased.person_id).delete()
    label = Func(
        Cast(Value(erased.label), CharField()), function="to_jsonb", template="%(function)s(%(expressions)s::text)"
    )
    named = Notice.objects.filter(institution_id=erased.institution_id, params__who=erased.name)
    named.update(
        params=Func(F("params"), Value("{who}"), label, function="jsonb_set", template="%(function)s(%(expressions)s)")
    )
