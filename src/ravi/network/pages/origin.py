"""What an approver reads of a unit's answer: which words of headquarters it began from, and what the unit changed in them."""

from django.utils.translation import gettext as _

from ravi.network.models import Adoption
from ravi.network.pages.shorter import name_of
from ravi.network.queries import endorsement_of
from ravi.network.services.adoption import rendered, words_of
from ravi.platforms.compose import FULL
from ravi.publishing.draft import TITLE
from ravi.publishing.models import Post
from ravi.publishing.pages.diff import difference
from ravi.publishing.words_kept import ChangedPart, Origin


def origin_of(post: Post) -> Origin | None:
    """None for what answers no offer, and for a correction, whose page compares it with what is out."""
    if post.corrects_id is not None:
        return None
    answers = Adoption.objects.filter(post=post).select_related("version", "translation")
    answer = answers.prefetch_related("version__facts").first()
    if answer is None:
        return None
    words = answer.translation or answer.version
    theirs = rendered(answer.version, words_of(words), words.lang)
    own = rendered(answer.version, answer.parts, words.lang)
    parts = [ChangedPart(_named(name), difference(theirs[name], own[name])) for name in theirs if name in own]
    said = endorsement_of(answer.version)
    return Origin(answer.version.number, said.by.name if said else "", parts)


def _named(part: str) -> str:
    return {FULL: _("Text"), TITLE: _("Title")}.get(part) or str(name_of(part))
