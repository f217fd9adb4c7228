"""What people read outside of Ravi: one short sentence per notice and a link; no secret, no text of a post but its title."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ravi.core import calendar
from ravi.notices.models import Notice
from ravi.notices.rules import kind
from ravi.notices.senders.way import Words

LONGEST = 300


def told(notices: Sequence[Notice], language: str, institution: str) -> Words:
    """One message about these notices, oldest first."""
    with translation.override(language):
        sentences = [_cut(kind(notice.kind).sentence(notice.params)) for notice in notices]
        blocks = [f"{text}\n{link(notice.url)}" for text, notice in zip(sentences, notices, strict=True)]
        if len(notices) == 1:
            subject = sentences[0]
        else:
            subject = _("%(n)s pieces of news from Ravi") % {"n": calendar.number(len(notices))}
        foot = _("You asked Ravi of %(institution)s to tell you here; on this page you can end it:")
        blocks.append(f"{foot % {'institution': institution}}\n{link('/notices/reach/')}")
        return Words(subject[:120], "\n\n".join(blocks), language)


def code(number: str, language: str, institution: str) -> Words:
    """The proof that somebody reads this place."""
    with translation.override(language):
        subject = _("Your code for Ravi")
        text = _(
            "The code is %(code)s. Somebody at %(institution)s asked Ravi to tell them news here. "
            "If it was not you, do nothing: without the code nothing is sent."
        )
        said = text % {"code": number, "institution": institution}
        return Words(subject, f"{said}\n\n{link('/notices/reach/')}", language)


def link(url: str) -> str:
    """The address as it is typed from outside."""
    return f"{settings.BASE_URL}{url}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
