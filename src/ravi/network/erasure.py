"""What this room holds of a former colleague: their name in sentences that say why a unit's post stayed as it was."""

from django.db.models import F, TextField, Value
from django.db.models.functions import Replace

from ravi.core.erasure import Erased, erases
from ravi.network.models import CorrectedAnswer, SharedYesPart

# Refusals name whoever was quicker: "… is correcting this message already".
SENTENCES = ((CorrectedAnswer, "why"), (SharedYesPart, "refused"))


@erases("network")
def erase(erased: Erased) -> None:
    """The sentences stay, with the label in the name's place."""
    for model, field in SENTENCES:
        named = model.objects.filter(**{f"{field}__contains": erased.name})
        label = Value(erased.label, output_field=TextField())
        named.update(**{field: Replace(F(field), Value(erased.name), label)})
