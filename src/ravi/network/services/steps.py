"""The steps that every act on a message shares: taking it, its state, its writers, and the record."""

from collections.abc import Collection, Mapping

from django.core.exceptions import PermissionDenied
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person
from ravi.accounts.rules import Ability
from ravi.core import audit, clock
from ravi.core.canonical import JSON
from ravi.network.errors import NotNow
from ravi.network.models import Campaign, Message, Offer, Version, Writer
from ravi.network.queries.offer import may_answer
from ravi.network.rules import MessageAct, MessageState, OfferState, after, is_answerable
from ravi.notices.services import answer, tell


def require_offerer(by: Person, unit_id: int) -> None:
    """Raises PermissionDenied unless `by` may offer messages from that unit."""
    require(by, Ability.OFFER_MESSAGE, unit_id)


def require_answerer(by: Person, offer: Offer) -> None:
    """Raises PermissionDenied unless the unit's answer is `by`'s to give."""
    if not may_answer(by, offer):
        raise PermissionDenied(_("People of the unit itself answer what is offered to it."))


def require_answerable(message: Message, offer: Offer) -> None:
    """Raises NotNow where nobody answers it any more: withdrawn, ended, closed to the unit, or past its last day."""
    states = MessageState(message.state), OfferState(offer.state)
    if not is_answerable(*states, message.valid_until, clock.now()):
        raise NotNow(_("This message is over: headquarters ended it, or its last day has passed."))


def taken(message: Message) -> Message:
    """The message as it is now, held against everybody else until this transaction ends."""
    return Message.objects.select_for_update().get(pk=message.pk)


def draft_of(message: Message) -> Version:
    """The draft of a message that is taken. Raises NotNow where none is open."""
    draft = Version.objects.filter(message=message, issued_at=None).first()
    if draft is None:
        raise NotNow(_("There is no draft. Begin a new version first."))
    return draft


def state_after(message: Message, act: MessageAct) -> MessageState:
    """Raises NotNow with a sentence where the message's state does not allow `act`."""
    state = after(MessageState(message.state), act)
    if state is None:
        sentence = (
            _("This message was withdrawn. Write a new one.")
            if message.state == MessageState.WITHDRAWN
            else _("This message has ended. Write a new one.")
            if message.state == MessageState.ENDED
            else _("This is not possible now.")
        )
        raise NotNow(sentence)
    return state


def note_writer(message: Message, by: Person) -> None:
    """Whoever wrote may not endorse."""
    row = Writer(institution_id=message.institution_id, message=message, person=by, since=clock.now())
    Writer.objects.bulk_create([row], ignore_conflicts=True)


def note(verb: str, subject: Campaign | Message, by: Person | None, facts: Mapping[str, JSON] | None = None) -> None:
    """One audit entry about the campaign or the message."""
    kept: models.Model = subject
    audit.record(verb, by=by and by.pk, subject=kept, institution_id=subject.institution_id, facts=facts)


def tell_of(message: Message, people: Collection[int], kind: str, page: str, params: Mapping[str, JSON]) -> None:
    """Notices about the message that lead to one of its pages (a URL name of this room)."""
    url = reverse(f"network:{page}", args=[message.pk])
    tell(people, kind, {"title": message.title, **params}, url, institution_id=message.institution_id)


def answer_request(message: Message) -> None:
    """Nobody waits for the expert's yes any more: it was said, or the words are others now."""
    url = reverse("network:endorsement", args=[message.pk])
    answer("endorsement_asked", url, institution_id=message.institution_id)
