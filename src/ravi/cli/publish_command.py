"""`ravi publish` with Django at hand: from the words of the command line to the exit code and what is printed."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.rules import Verb
from ravi.cli.destination import DestinationUnknown, chosen_channels
from ravi.cli.home import Running, running
from ravi.cli.identity import NotProven, Proof, known_person, prove
from ravi.cli.publication import Blocked, NotApproved, Ordered, check_people, publish, publishable_channels
from ravi.cli.settlement import (
    RaviAway,
    blocked_object,
    copy_object,
    place,
    print_json,
    print_report,
    sentences_of,
    settled_lines,
)
from ravi.core.tenancy import tenant
from ravi.delivery.rules import State
from ravi.directory.models import Channel
from ravi.platforms import registry
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.message_file import MessageFile, MessageFileRefused, read_message
from ravi.publishing.moments import MomentRefused, read_moment

SENT, BLOCKED, NOT_APPROVED, OTHER = 0, 2, 3, 4
_SENTENCES = (
    DestinationUnknown,
    MessageFileRefused,
    MomentRefused,
    NotProven,
    PermissionDenied,
    PublishingRefused,
    RaviAway,
)


@dataclass(frozen=True)
class Command:
    """What the command line asked for, read and checked."""

    author: Person
    approver: Person | None
    message: MessageFile
    channels: list[Channel]
    due_at: Any


def publish_file(arguments: argparse.Namespace, here: Running) -> int:
    """Run the command; every way out is an exit code and a sentence."""
    translation.activate("fa")
    try:
        command = _read(arguments)
        ordered = publish(
            command.message,
            command.channels,
            author=command.author,
            approver=command.approver,
            due_at=command.due_at,
        )
        return _report(arguments, command, ordered, here)
    except Blocked as blocked:
        return _say_blocked(arguments, blocked)
    except NotApproved as refused:
        return _say_not_approved(refused, here)
    except _SENTENCES as error:
        return _say(str(error))
    except OperationalError:
        return _say(_("The database does not answer. Nothing was ordered that you do not see on the board."))
    except KeyboardInterrupt:
        return _say(_("You stopped waiting. The copies go on; the board shows them: %(url)s") % {"url": here.url})


def _read(arguments: argparse.Namespace) -> Command:
    author = known_person(arguments.author)
    translation.activate(author.language)
    approver = known_person(arguments.approver) if arguments.approver else None
    check_people(author, approver)
    _prove(arguments, author, approver)
    due_at = read_moment(arguments.at) if arguments.at else None
    message = read_message(_bytes(arguments.file), platforms=_platforms())
    with tenant(author.institution_id):
        channels = chosen_channels(arguments.channels, publishable_channels(author))
    return Command(author, approver, message, channels, due_at)


def _prove(arguments: argparse.Namespace, author: Person, approver: Person | None) -> None:
    if author.institution.is_demo:
        print(_("This is a demo: names suffice here, elsewhere each person's own key is asked for."), file=sys.stderr)
        return
    prove(author, Proof(arguments.token_file, "RAVI_TOKEN"), Verb.WRITE)
    if approver is not None:
        proof = Proof(
            arguments.approver_token_file, "RAVI_APPROVER_TOKEN", arguments.approver_code, "RAVI_APPROVER_CODE"
        )
        prove(approver, proof, Verb.APPROVE, with_code=True)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        said = {"path": path, "why": error.strerror}
        raise MessageFileRefused(_("%(path)s cannot be read: %(why)s.") % said) from error


def _platforms() -> set[str]:
    return {platform for kind in registry.kinds() for platform in registry.platforms(kind)}


def _report(arguments: argparse.Namespace, command: Command, ordered: Ordered, here: Running) -> int:
    is_running: Callable[[], bool] = lambda: running() is not None  # noqa: E731 -- handed over as it is
    lines = settled_lines(ordered, command.author, is_running=is_running)
    channels = {channel.pk: channel for channel in command.channels}
    objects = [copy_object(line, channels[line.channel_id]) for line in lines]
    if arguments.json:
        print_json(objects)
    else:
        where = here.url.rstrip("/") + reverse("publishing:board", args=[ordered.post_id])
        print_report(objects, sentences_of(lines), where)
    good = {State.SENT, State.PENDING} if ordered.is_future else {State.SENT}
    return SENT if all(line.state in good for line in lines) else OTHER


def _say_blocked(arguments: argparse.Namespace, blocked: Blocked) -> int:
    objects = [blocked_object(preview) for preview in blocked.previews]
    if arguments.json:
        print_json(objects)
    else:
        for found in objects:
            print(f"{place(found)}: {found['error']}")
    print(_("Nothing was sent and nothing was written. Shorten the text, or add a variant that fits."), file=sys.stderr)
    return BLOCKED


def _say_not_approved(refused: NotApproved, here: Running) -> int:
    page = reverse("publishing:approval", args=[refused.post.pk]) if refused.post else reverse("desk:home")
    print(str(refused), file=sys.stderr)
    if refused.post is None:
        print(_("Nothing was written."), file=sys.stderr)
    print(_("Approve here: %(url)s") % {"url": here.url.rstrip("/") + page}, file=sys.stderr)
    return NOT_APPROVED


def _say(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return OTHER
