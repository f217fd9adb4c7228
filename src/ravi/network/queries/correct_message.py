"""Which answers a newer version is still to be carried to, what was made of each, and which version a unit's copies say."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ravi.network.corrected import Outcome
from ravi.network.models import Adoption, CorrectedAnswer, Correction, Message, Translation, Version
from ravi.network.queries.version import older_versions
from ravi.network.rules import MessageState
from ravi.publishing.rules import PostState

_SAYS = Q(post__state=PostState.APPROVED) | Q(outcome=Outcome.SAME)


@dataclass(frozen=True)
class Base:
    """What a unit's copies say: which version, in which translation, with which own parts."""

    version: Version
    translation: Translation | None
    parts: Mapping[str, str]

    @property
    def lang(self) -> str:
        return self.translation.lang if self.translation else self.version.lang


def is_correctable(message: Message) -> bool:
    """Whether there is a newer version that can be carried to what is out."""
    return message.state == MessageState.OFFERED and message.current is not None and message.current.number > 1


def correction_of(version: Version) -> Correction | None:
    """Headquarters' one action, where it was taken."""
    return Correction.objects.filter(version=version).select_related("by").first()


def says(version: Any) -> Exists:
    """For a query of answers: that a correction which has its yes brought their copies to this version."""
    mine = CorrectedAnswer.objects.filter(_SAYS, adoption=OuterRef("pk"), version=version)
    return Exists(mine)


def says_number() -> Coalesce:
    """For a query of answers: the number of the version that their copies say."""
    mine = CorrectedAnswer.objects.filter(_SAYS, adoption=OuterRef("pk")).order_by("-version__number")
    return Coalesce(Subquery(mine.values("version__number")[:1]), F("version__number"))


def answers_out(version: Version) -> QuerySet[Adoption]:
    """Approved answers to older versions: whatever of them stands is to say this one."""
    living = Adoption.objects.filter(offer__message=version.message_id, ended_at=None)
    return living.filter(post__state=PostState.APPROVED, version__in=older_versions(version))


def answers_to_correct(version: Version) -> QuerySet[Adoption]:
    """Those that the action has not come to since it was last asked for; without the action all that do not say it."""
    done = Q(post__isnull=False) & ~Q(post__state=PostState.WITHDRAWN) | Q(at__gte=F("version__correction__asked_at"))
    handled = CorrectedAnswer.objects.filter(done | Q(outcome=Outcome.SAME), adoption=OuterRef("pk"), version=version)
    return answers_out(version).exclude(Exists(handled)).order_by("pk")


def bases_of(answers: Collection[Adoption]) -> dict[int, Base]:
    """Answer -> what its copies say now: its newest correction that has its yes, else the answer itself. One query."""
    corrected = CorrectedAnswer.objects.filter(adoption__in=answers, post__state=PostState.APPROVED)
    newest = {
        one.adoption_id: one for one in corrected.select_related("version", "translation").order_by("version__number")
    }
    said = {answer.pk: newest.get(answer.pk) or answer for answer in answers}
    return {pk: Base(one.version, one.translation, one.parts) for pk, one in said.items()}


def base_of(answer: Adoption) -> Base:
    """The same of one."""
    return bases_of([answer])[answer.pk]


def has_yes(corrected: CorrectedAnswer) -> bool:
    """Whether the copies say its version from now on: as `says` of one that was read."""
    is_approved = corrected.post is not None and corrected.post.state == PostState.APPROVED
    return is_approved or corrected.outcome == Outcome.SAME


def corrected_answers(version: Version) -> QuerySet[CorrectedAnswer]:
    """What was made of each unit's answer that still stands, by unit."""
    rows = CorrectedAnswer.objects.filter(version=version, adoption__ended_at=None)
    living = rows.exclude(adoption__post__state=PostState.WITHDRAWN)
    listed = living.select_related("adoption__offer__unit", "post__author", "post__corrects")
    return listed.order_by("adoption__offer__unit__sort_key", "pk")


def corrected_answer_of(answer: Adoption, version: Version) -> CorrectedAnswer | None:
    """What was made of one."""
    return CorrectedAnswer.objects.filter(adoption=answer, version=version).select_related("post").first()
