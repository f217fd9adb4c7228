"""The short address of a message: given with its first issued version, counted by the day and by nothing else."""

import secrets

from django.db import connection

from ravi.core import calendar, clock
from ravi.network.models import Message, ShortLink
from ravi.network.rules import CODE_LENGTH, CODE_LETTERS

_COUNT = """
    insert into network_shortlinkday as known (institution_id, short_link_id, day, opened) values (%s, %s, %s, 1)
    on conflict (short_link_id, day) do update set opened = known.opened + 1
"""


def give_short_link(message: Message) -> ShortLink:
    """The message's own, made where it has none yet. For services of this room, with the message taken."""
    known = ShortLink.objects.filter(message=message).first()
    return known or ShortLink.objects.create(
        institution_id=message.institution_id, message=message, code=_free_code(), made_at=clock.now()
    )


def count_opening(short_link: ShortLink) -> None:
    """One more today. A single statement, so that none is lost and nobody waits for more than a row's write."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [short_link.institution_id, short_link.pk, calendar.today()])


def _free_code() -> str:
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH))
        if not ShortLink.objects.filter(code=code).exists():
            return code
