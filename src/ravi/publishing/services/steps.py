"""The steps that every act on a post shares: taking it for oneself, moving its state, ending its approvals."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.access import require
from ravi.accounts.models import Person
from ravi.accounts.rules import Ability
from ravi.core import audit, clock
from ravi.core.canonical import JSON
from ravi.notices.services import answer_all, tell
from ravi.publishing.errors import NotNow, PostHalted, TextUnread
from ravi.publishing.models import Approval, Post
from ravi.publishing.queries.correction import first_of, is_corrected, open_correction
from ravi.publishing.queries.post import is_expert_for
from ravi.publishing.rules import Act, Need, PostState, Topic, Yes, after, need

# Notices that ask for a yes.
ASKING = ("post_submitted", "post_second_yes", "post_passed")


def taken(post: Post) -> Post:
    """The post as it is now, held against everybody else until this transaction ends; before a correction the message that
    it corrects, so that all acts on one message take their turn."""
    if post.corrects_id:
        Post.objects.select_for_update().get(pk=post.corrects_id)
    return Post.objects.select_for_update().get(pk=post.pk)


def require_first(post: Post) -> None:
    """Raises NotNow where the message that a correction is about is not approved any more."""
    if post.corrects_id and not Post.objects.filter(pk=post.corrects_id, state=PostState.APPROVED).exists():
        raise NotNow(_("The message that this corrects is not approved any more. Nothing was changed."))


def refuse_changing(post: Post) -> None:
    """Raises NotNow for an approved correction, and for a message that has one: each step is a correction of its own."""
    if post.corrects_id:
        raise NotNow(_("This correction is approved. Correct the message once more."))
    refuse_corrected(post)


def refuse_corrected(post: Post) -> None:
    """Raises NotNow where newer words of the message were approved: the older ones do not go out again."""
    if is_corrected(post):
        raise NotNow(_("This message was corrected since. Correct it once more, or withdraw it."))


def refuse_while_corrected(post: Post) -> None:
    """Raises NotNow while newer words of the message wait for their yes: what they show is where each copy stood then."""
    underway = open_correction(first_of(post))
    if underway is not None and underway.pk != post.pk and underway.state == PostState.SUBMITTED:
        raise NotNow(
            _("A correction waits for its approval, so the older words are not sent. Approve or return it first.")
        )


def require_writer(post: Post, by: Person) -> None:
    """Raises PermissionDenied unless `by` may write in the post's unit."""
    require(by, Ability.WRITE_POST, post.unit_id)


def require_next(post: Post, by: Person, given: Collection[Yes]) -> None:
    """Raises PermissionDenied unless the missing yes may be that of `by`; TextUnread for an expert who cannot read it."""
    missing = need(Topic(post.topic), post.steps, given)
    require(by, Ability.APPROVE_HEALTH_POST if missing is Need.EXPERT else Ability.APPROVE_POST, post.unit_id)
    if missing is Need.EXPERT and not is_expert_for(by, post):
        raise TextUnread(post.lang)


def require_going(post: Post) -> None:
    """Raises PostHalted where newer words are there and nobody has let these go on."""
    if post.halted_at is not None:
        raise PostHalted(post.words_at)


def state_after(post: Post, act: Act) -> PostState:
    """Raises NotNow with a sentence where the post's state does not allow `act`."""
    state = after(PostState(post.state), act)
    if state is None:
        raise NotNow(_sentence(PostState(post.state), act))
    return state


def void_approvals(post: Post) -> int:
    """End every live yes to this post; how many there were."""
    return Approval.objects.filter(copy__post=post, voided_at=None).update(voided_at=clock.now())


def note(verb: str, post: Post, by: Person | None, facts: Mapping[str, JSON] | None = None) -> None:
    """One audit entry about the post."""
    said = {"revision": post.revision, **(facts or {})}
    audit.record(verb, by=by and by.pk, subject=post, institution_id=post.institution_id, facts=said)


def answer_request(post: Post) -> None:
    """Whoever was asked for a yes has nothing to answer any more: somebody did, or the words are others now."""
    url = reverse("publishing:approval", args=[post.pk])
    answer_all(ASKING, [url], institution_id=post.institution_id)


def tell_of(post: Post, people: Collection[int], kind: str, page: str, params: Mapping[str, JSON]) -> None:
    """Notices about the post that lead to one of its pages (a URL name of this room)."""
    url = reverse(f"publishing:{page}", args=[post.pk])
    tell(people, kind, {"title": post.title, **params}, url, institution_id=post.institution_id)


def _sentence(state: PostState, act: Act) -> str:
    if state is PostState.WITHDRAWN:
        return _("This message was withdrawn. Write a new one.")
    if state is PostState.APPROVED:
        return _("This message is already approved.")
    if state is PostState.SUBMITTED:
        return _("This message already waits for approval.")
    if act is Act.TAKE_BACK:
        return _("This message has no yes that could be taken back.")
    if act is Act.APPROVE or act is Act.RETURN:
        return _("This message does not wait for approval: its author is still writing.")
    return _("This is not possible now.")
