"""Who takes a message back everywhere, and which answers' posts that is about."""

from django.db.models import Exists, OuterRef, QuerySet

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability, RoleKind
from ravi.network.models import Adoption, Endorsement, Message
from ravi.network.rules import MessageState
from ravi.publishing.models import Post
from ravi.publishing.queries import posts_among
from ravi.publishing.rules import PostState


def may_withdraw_message(person: Person, message: Message) -> bool:
    """The institution's head, whoever wrote it and still writes for the network, or an expert who endorsed a version."""
    mine = rights(person)
    if any(role.kind == RoleKind.HEAD and message.unit_id in role.reach for role in mine.roles):
        return True
    if message.author_id == person.pk and mine.may(Ability.OFFER_MESSAGE, message.unit_id):
        return True
    endorsed = Endorsement.objects.filter(version__message=message, by=person)
    return mine.may(Ability.APPROVE_HEALTH_POST, message.unit_id) and endorsed.exists()


def is_withdrawable(message: Message) -> bool:
    """Whether some unit had it and nobody has taken it back."""
    return message.current_id is not None and message.state in (MessageState.OFFERED, MessageState.ENDED)


def posts_of(message: Message) -> QuerySet[Post]:
    """The posts of all answers, also of those that another answer took the place of."""
    answers = Adoption.objects.filter(offer__message=message, post__isnull=False)
    return posts_among(answers.values("post"))


def withdrawn_with_posts() -> QuerySet[Message]:
    """Withdrawn messages of which some answer's post is not taken back yet. One query."""
    left = Adoption.objects.filter(offer__message=OuterRef("pk"), post__isnull=False)
    return Message.objects.filter(
        Exists(left.exclude(post__state=PostState.WITHDRAWN)), state=MessageState.WITHDRAWN
    ).order_by("pk")


def posts_to_withdraw(message: Message) -> QuerySet[Post]:
    """Those that nobody has withdrawn."""
    return posts_of(message).exclude(state=PostState.WITHDRAWN)
