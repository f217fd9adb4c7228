"""Headquarters takes a message back everywhere: nothing more of it leaves from the commit on, and what is out is removed."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import clock
from ravi.core.jobs import defer
from ravi.core.logs import log, told_exception
from ravi.network.errors import MessageRefused, NotNow, PostsLeft
from ravi.network.models import Message
from ravi.network.queries.reminder import answerers_of
from ravi.network.queries.withdraw_message import may_withdraw_message, posts_to_withdraw, withdrawn_with_posts
from ravi.network.rules import LONGEST_REASON, MessageAct, MessageState, OfferState
from ravi.network.services import steps
from ravi.network.services.telling import forget_asking
from ravi.notices.services import tell_each
from ravi.publishing import services as publishing
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.models import Post
from ravi.publishing.rules import PostState


@transaction.atomic
def withdraw_message(message: Message, *, reason: str, by: Person) -> Message:
    """Close it for every unit, stop what waits, and have every answer's post taken back by the side jobs. Twice is once.

    Raises PermissionDenied, MessageRefused without a reason, NotNow for one that no unit ever had.
    """
    current = steps.taken(message)
    if not may_withdraw_message(by, current):
        raise PermissionDenied(_("The head, whoever wrote the message, or the expert who said yes to it withdraws it."))
    if current.state == MessageState.WITHDRAWN:
        _go_on(current)
        return current
    said = _reason(reason)
    if current.current_id is None:
        raise NotNow(_("No unit ever had this message. End it instead."))
    current.state = steps.state_after(current, MessageAct.WITHDRAW)
    posts = list(posts_to_withdraw(current).values_list("pk", flat=True))
    publishing.halt_posts(posts, by=by, and_changes=True)  # from this commit on, whenever the jobs come to each
    current.ended_at, current.ended_by, current.withdrawal_reason = clock.now(), by, said
    current.save(update_fields=["state", "ended_at", "ended_by", "withdrawal_reason"])
    closed = current.offers.filter(state=OfferState.OPEN).update(state=OfferState.CLOSED, closed_at=clock.now())
    forget_asking(list(current.offers.values_list("pk", flat=True)), current.institution_id)
    steps.answer_request(current)
    _tell(current, by, said)
    steps.note("withdraw_message", current, by, {"posts": len(posts), "closed": closed, "has_reason": True})
    _go_on(current)
    return current


def withdraw_what_is_left(institution_id: int) -> int:
    """Where a job gave up, or went with a restore: what is out of a withdrawn message is still to be taken back."""
    left = list(withdrawn_with_posts().filter(institution_id=institution_id))
    for message in left:
        _go_on(message)
    return len(left)


def _go_on(message: Message) -> None:
    if posts_to_withdraw(message).exists():
        defer("network.withdraw", institution_id=message.institution_id, once=str(message.pk), message_id=message.pk)


@transaction.atomic
def withdraw_next(message_id: int, *, past: int = 0) -> int:
    """Take back the next answer's post of a message that was withdrawn, of those with a number above `past`; its number, 0
    when none is left. Each is its own transaction, so that a process that dies goes on where it was; what nobody foresaw
    in one is written down, and it stays among those to withdraw."""
    message = Message.objects.filter(pk=message_id, state=MessageState.WITHDRAWN).select_related("ended_by").first()
    post = posts_to_withdraw(message).filter(pk__gt=past).order_by("pk").first() if message else None
    if message is None or post is None or message.ended_by is None:
        return 0
    try:
        with transaction.atomic():
            _withdraw(post, message, message.ended_by)
    except Exception as error:  # whatever one post brings, the others are taken back
        log("withdrawal_broke", post=post.pk, **told_exception(type(error), error.__traceback__))
    return post.pk


def require_withdrawn(message_id: int) -> None:
    """Raises PostsLeft where some answer's post could not be taken back."""
    message = Message.objects.get(pk=message_id)
    left = posts_to_withdraw(message).count() if message.state == MessageState.WITHDRAWN else 0
    if left:
        raise PostsLeft(left)


def _withdraw(post: Post, message: Message, by: Person) -> None:
    try:
        publishing.withdraw_post(post, by=by, reason=message.withdrawal_reason, by_keeper=True)
    except PublishingRefused:
        # Somebody of the unit was faster by a moment: then it is withdrawn, and no more among those to withdraw.
        post.refresh_from_db(fields=["state"])
        if post.state != PostState.WITHDRAWN:
            raise


def _reason(typed: str) -> str:
    said = typed.strip()
    if not said:
        raise MessageRefused(_("Say in a few words why; every unit reads it."))
    if len(said) > LONGEST_REASON:
        raise MessageRefused(_("Say it in fewer words."))
    return said


def _tell(message: Message, by: Person, reason: str) -> None:
    """Each unit's people once, whatever they answered; of a unit that has closed since, those who answer for what it took."""
    took_nothing = Q(unit__closed_at__isnull=False, state__in=[OfferState.CLOSED, OfferState.DECLINED])
    offers = list(message.offers.exclude(took_nothing).select_related("unit"))
    people = answerers_of(offers)
    said = {"title": message.title, "who": by.name, "reason": reason[:300]}
    tell_each(
        [(people[offer.pk], "message_withdrawn", said, reverse("network:offer", args=[offer.pk])) for offer in offers],
        institution_id=message.institution_id,
    )
