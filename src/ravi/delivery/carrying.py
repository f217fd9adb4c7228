"""Which copies carry certain bytes: what waits, what is out, and where it stands."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from ravi.delivery.models import Delivery
from ravi.delivery.rules import Action, State


def copies_with(post_ids: Collection[int], hashes: Collection[str]) -> QuerySet[Delivery]:
    """Publications and corrections of these posts whose words were frozen with one of these bytes, oldest first."""
    named = Q(pk__in=())
    for sha256 in sorted(hashes):
        named |= Q(payload__contains=sha256)
    carrying = Delivery.objects.filter(named, post_id__in=post_ids, action__in=(Action.PUBLISH, Action.EDIT))
    return carrying.order_by("pk")


def standing(copies: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Those of them that went out and were not taken back."""
    removed = Delivery.objects.filter(about=OuterRef("pk"), action=Action.DELETE, state=State.SENT)
    return copies.filter(~Exists(removed), state=State.SENT, action=Action.PUBLISH)
