"""Says what happened to several copies at once, what Ravi will not do, and what a person can."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ravi.core.calendar import number
from ravi.delivery.pages import sentences
from ravi.delivery.queries import CopyLine
from ravi.delivery.rules import Code
from ravi.publishing.models import Post
from ravi.publishing.pages import platforms
from ravi.publishing.pages.loom import LOOKING, REMOVAL, Cause


@dataclass(frozen=True)
class Branch:
    """One cause on the board: state, heading, sentence, and at most one way on."""

    state: str
    title: str
    text: str
    url: str = ""
    action: str = ""


def branch(cause: Cause, post: Post, *, may_act: bool) -> Branch:
    """The branch of one cause; without the right to act there is no button."""
    made = {
        "unknown": _unknown,
        "failed": _failed,
        "blocked": _blocked,
        "missed": _missed,
        "held": _held,
        "by_hand": _by_hand,
    }[cause.state](cause, post)
    return made if may_act else Branch(made.state, made.title, made.text)


def why_by_hand(copy: CopyLine, tried: CopyLine | None) -> tuple[str, str]:
    """(platform, why) of a copy that no program takes away; the platform is "" where the reason is that of several."""
    if tried is not None:
        return copy.platform, sentences.reason(tried.code, tried.detail)
    return ("", "no address") if not copy.remote_id else ("", "no door")


def by_hand(platform: str, why: str) -> str:
    """The sentence of such copies."""
    if platform:
        said = {"platform": platforms.name(platform), "why": why}
        if not why:
            return _("%(platform)s did not remove them when Ravi asked. Open each and delete it there.") % said
        return _("%(platform)s did not remove them: %(why)s. Open each and delete it there.") % said
    if why == "no address":
        return _("A person found these, so Ravi does not know their addresses. Open each channel and delete it there.")
    return _("These platforms let nobody remove a message from outside. Open each and delete it there.")


def _said(cause: Cause) -> dict[str, str]:
    return {"n": number(cause.count), "platform": platforms.name(cause.platform) if cause.platform else ""}


def _query(name: str, post: Post, cause: Cause) -> str:
    about = {"post": post.pk, "platform": cause.platform} if cause.platform else {"post": post.pk}
    return f"{reverse(name)}?{urlencode(about)}"


def _again(post: Post, cause: Cause) -> str:
    about = {"state": cause.state, "platform": cause.platform, "code": cause.code}
    return f"{reverse('publishing:again', args=[post.pk])}?{urlencode(about)}"


def _unknown(cause: Cause, post: Post) -> Branch:
    title = ngettext("%(n)s copy is unknown", "%(n)s copies are unknown", cause.count) % _said(cause)
    if cause.code == LOOKING:
        text = _("Ravi looks on %(platform)s by itself in a moment; you need do nothing.")
        return Branch(cause.state, title, text % _said(cause), _query("delivery:unknown", post, cause), _("See them"))
    if cause.code == Code.ENGINE_GONE:
        text = _("Ravi was cut off in the middle of sending to %(platform)s; the message may have gone.")
    elif cause.code == Code.RESTORED:
        text = _("Ravi was restored from a backup; the message may have gone before.")
    else:
        text = _("%(platform)s did not answer; the message may have gone.")
    more = _("Ravi does not send again until you have looked at the channel.")
    action = ngettext("See %(n)s channel", "See %(n)s channels", cause.count) % _said(cause)
    return Branch(cause.state, title, f"{text % _said(cause)} {more}", _query("delivery:unknown", post, cause), action)


def _failed(cause: Cause, post: Post) -> Branch:
    title = ngettext("%(n)s copy was not published", "%(n)s copies were not published", cause.count) % _said(cause)
    if cause.code == Code.CHANNEL_CLOSED:
        text = _("The channel on %(platform)s was closed before its turn. Nothing was sent.")
    elif cause.code == Code.NOTHING_TO_CHANGE:
        text = _("On %(platform)s there was no copy to change.")
    elif cause.code == Code.PICTURE_GONE:
        return Branch(cause.state, title, _("An image of it was erased before its turn. Nothing was sent."))
    else:
        text = _("%(platform)s refused it: %(detail)s Nothing was published.")
    said = _said(cause) | {"detail": _stopped(sentences.reason(cause.code, cause.detail))}
    return Branch(cause.state, title, text % said, _again(post, cause), _("See and send again"))


def _blocked(cause: Cause, post: Post) -> Branch:
    title = ngettext("%(n)s copy is blocked", "%(n)s copies are blocked", cause.count) % _said(cause)
    nothing = _("Nothing was sent.")
    text = f"{cause.detail} {nothing}"
    if post.words_at:
        kept = _("Its words are kept on a page of their own, so that corrections and withdrawals reach every copy.")
        return Branch(cause.state, title, f"{text} {kept}", post.words_at, _("To the page of its words"))
    url = f"{reverse('publishing:write')}?{urlencode({'from': post.pk, 'platform': cause.platform})}"
    button = _("Write it shorter for them") if cause.code == "too_long" else _("Change it for them")
    return Branch(cause.state, title, text, url, button)


def _missed(cause: Cause, post: Post) -> Branch:
    title = ngettext("%(n)s copy was missed", "%(n)s copies were missed", cause.count) % _said(cause)
    if cause.code == Code.EXPIRED:
        text = _("The last day of the message was over before %(platform)s could be reached.")
        return Branch(cause.state, title, text % _said(cause))
    text = _("The way to %(platform)s was closed for too long, and the time of these copies passed.")
    return Branch(cause.state, title, text % _said(cause), _again(post, cause), _("See and send again"))


def _held(cause: Cause, post: Post) -> Branch:
    title = ngettext("%(n)s copy is held", "%(n)s copies are held", cause.count) % _said(cause)
    if cause.code == Code.CREDENTIALS:
        text = _("%(platform)s does not take the key of the channel any more. Nothing was sent.")
        return Branch(cause.state, title, text % _said(cause), _query("delivery:held", post, cause), _("See them"))
    text = _("Sending was stopped when their time came. Nothing is lost; they wait for you.")
    return Branch(cause.state, title, text, _query("delivery:held", post, cause), _("Send, move or drop them"))


def _by_hand(cause: Cause, post: Post) -> Branch:
    if cause.code == REMOVAL:
        title = ngettext("%(n)s copy is to be removed by hand", "%(n)s copies are to be removed by hand", cause.count)
        text = _(
            "On %(platform)s no program can remove them. Whoever removes one says so here; then it counts as gone."
        )
    else:
        title = ngettext("%(n)s copy waits for a hand", "%(n)s copies wait for a hand", cause.count)
        text = _("A person publishes them on %(platform)s and says here where they stand.")
    url, action = _query("publishing:hands", post, cause), _("See what is to be done")
    return Branch(cause.state, title % _said(cause), text % _said(cause), url, action)


def _stopped(sentence: str) -> str:
    """A detail from a platform, ended with a stop so that the next sentence can begin."""
    bare = sentence.strip()
    return bare if not bare or bare[-1] in ".!؟?" else f"{bare}."
