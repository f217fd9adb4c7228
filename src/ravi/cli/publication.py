"""One publication from the command line: the same services as the pages, as named people, and nothing beside them.

Everything up to the order is one transaction: a refusal leaves nothing behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import rights, units_visible_to
from ravi.accounts.rules import INSTITUTION_WIDE, Ability
from ravi.core import clock
from ravi.core.tenancy import tenant
from ravi.directory.models import Channel
from ravi.directory.queries import channels_publishable_by
from ravi.publishing import services
from ravi.publishing.draft import DraftFields
from ravi.publishing.errors import DraftRefused, NotNow, OwnWork
from ravi.publishing.message_file import MessageFile
from ravi.publishing.models import Post
from ravi.publishing.queries import Preview, previews, shown_set
from ravi.publishing.rules import Need, is_due_possible


class NotApproved(Exception):
    """There is no yes: exit 3. `post` is the one that waits, None when nothing was written."""

    def __init__(self, sentence: str, post: Post | None = None) -> None:
        super().__init__(sentence)
        self.post = post


class Blocked(Exception):
    """Copies that cannot go: exit 2, nothing was written."""

    def __init__(self, found: Sequence[Preview]) -> None:
        super().__init__()
        self.previews = tuple(found)


@dataclass(frozen=True)
class Ordered:
    """What stands in the ledger now."""

    post_id: int
    delivery_ids: tuple[int, ...]
    is_future: bool


def publishable_channels(author: Person) -> list[Channel]:
    """In the order in which they are reported."""
    return list(channels_publishable_by(author).select_related("unit"))


def check_people(author: Person, approver: Person | None) -> None:
    """Raises NotApproved where no yes could come about, before anything is read or written."""
    if approver is None:
        return
    if approver.institution_id != author.institution_id:
        raise NotApproved(_("%(who)s belongs to another institution.") % {"who": approver.name})
    if approver.pk == author.pk:
        said = _("%(who)s cannot approve their own message. Another person approves it.")
        raise NotApproved(said % {"who": author.name})


def publish(
    message: MessageFile,
    channels: Sequence[Channel],
    *,
    author: Person,
    approver: Person | None,
    due_at: datetime | None,
) -> Ordered:
    """Write, submit, approve and order, or leave nothing behind. Raises Blocked, NotApproved, PublishingRefused.

    Without an approver the message is left waiting for one: NotApproved then has its post.
    """
    waiting: Post | None = None
    with tenant(author.institution_id), transaction.atomic():
        fields = _fields(message, channels, due_at)
        if due_at is not None and not is_due_possible(due_at, clock.now()):
            raise DraftRefused(_("That time is past, or more than a year away. Choose another."))
        blocked = [preview for preview in previews(fields, channels) if preview.problems]
        if blocked:
            raise Blocked(blocked)
        post = services.start_post(_unit(author), fields, by=author)
        services.submit_post(post, by=author)
        done = _approve(post, approver) if approver else None
        if done is None or done.need is not Need.NOBODY:
            waiting = post
    if done is None:
        raise NotApproved(_("The message waits for a yes. Nothing was sent."), waiting)
    if waiting is not None:
        raise NotApproved(_("One yes is there; this message needs a second person's too. Nothing was sent."), waiting)
    is_future = due_at is not None and due_at > clock.now()
    return Ordered(post.pk, done.delivery_ids, is_future)


def _approve(post: Post, approver: Person) -> services.Approved:
    try:
        with transaction.atomic():
            return services.approve_post(post, by=approver, hashes=shown_set(post).hashes)
    except (PermissionDenied, OwnWork, NotNow) as error:
        raise NotApproved(str(error)) from error


def _fields(message: MessageFile, channels: Sequence[Channel], due_at: datetime | None) -> DraftFields:
    return DraftFields(
        title=message.title,
        text=message.text,
        lang=message.lang,
        link=message.link,
        valid_until=message.valid_until,
        due_at=due_at,
        topic=message.topic,
        variants=message.variants,
        channel_ids=frozenset(channel.pk for channel in channels),
    )


def _unit(author: Person) -> Unit:
    """Where the author writes: headquarters for its people, else their own unit. Raises PermissionDenied."""
    mine = rights(author)
    writing = [role for role in mine.roles if mine.may(Ability.WRITE_POST, role.unit_id)]
    writing.sort(key=lambda role: role.kind not in INSTITUTION_WIDE)
    if not writing:
        raise PermissionDenied(_("%(who)s may not write messages.") % {"who": author.name})
    return units_visible_to(author).get(pk=writing[0].unit_id)
