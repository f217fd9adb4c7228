"""Which answers of units are based on an older version than the one that headquarters has issued since."""

from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.network.models import Adoption, Message, TranslationYes
from ravi.network.queries.correct_message import says
from ravi.network.queries.offer import answering_unit_ids
from ravi.network.rules import MessageState
from ravi.publishing.rules import PostState, Topic


def living_answers() -> QuerySet[Adoption]:
    """Answers that stand and whose post was not withdrawn."""
    living = Adoption.objects.filter(ended_at=None, post__isnull=False)
    return living.exclude(post__state=PostState.WITHDRAWN)


def repaired() -> Q:
    """For a query of answers: the translation that they took says other words by now, and units are given those."""
    said = TranslationYes.objects.filter(
        translation=OuterRef("translation"), revision=OuterRef("translation__revision")
    )
    is_given = ~Q(offer__message__topic=Topic.HEALTH) | Q(Exists(said))
    return Q(translation__revision__gt=F("translation_revision")) & is_given


def is_repaired(adoption: Adoption) -> bool:
    """The same of one answer; asks nothing where it is in the message's own language."""
    return adoption.translation_id is not None and Adoption.objects.filter(repaired(), pk=adoption.pk).exists()


def based_on_older(**of: Any) -> QuerySet[Adoption]:
    """Those of living answers that an older version, or an earlier translation, stands behind and no correction has brought
    to the newest, by unit."""
    is_older = ~Q(version=F("offer__message__current"))
    of_repaired = ExpressionWrapper(~is_older & repaired(), output_field=BooleanField())
    older = living_answers().filter(is_older | repaired(), **of).annotate(of_repaired=of_repaired)
    older = older.exclude(says(OuterRef("offer__message__current")))
    return older.select_related("offer__unit", "offer__message", "version", "post").order_by(
        "offer__unit__sort_key", "pk"
    )


def answers_behind(message: Message) -> QuerySet[Adoption]:
    """The units whose words are not the newest version's."""
    return based_on_older(offer__message=message)


def answers_behind_of(person: Person) -> QuerySet[Adoption]:
    """The same before those who answer for the units, the newest version first."""
    mine = based_on_older(
        offer__unit_id__in=answering_unit_ids(person), offer__message__state=MessageState.OFFERED
    ).exclude(offer__message__valid_until__lte=clock.now())
    return mine.select_related("offer__message__current").order_by("-offer__message__current__issued_at", "pk")
