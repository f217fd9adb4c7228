"""One person's yes to several posts, and taking it back: each post through its own checks, what cannot go stays alone."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core.logs import log, told_exception
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.models import Post
from ravi.publishing.services.approval import approve_shown
from ravi.publishing.services.undoing import take_back_yes


@dataclass(frozen=True)
class Together:
    """What became of each: ids of the posts it was done to, and the sentence for each that stayed as it was."""

    done: tuple[int, ...]
    refused: Mapping[int, str]


@transaction.atomic
def approve_together(digests: Mapping[int, str], *, by: Person, hold_s: int = 0) -> Together:
    """Post -> the digest that was shown; each as `approve_shown` says yes to one."""
    return _each(digests, lambda post: approve_shown(post, by=by, digest=digests[post.pk], hold_s=hold_s))


@transaction.atomic
def take_back_together(post_ids: Collection[int], *, by: Person) -> Together:
    """Each as `take_back_yes` takes one back."""
    return _each(post_ids, lambda post: take_back_yes(post, by=by))


def _each(post_ids: Collection[int], act: Callable[[Post], object]) -> Together:
    # All are held before the first is recorded, with the messages that they correct and in the order of their numbers:
    # whoever holds one of them waits for the audit chain with nothing of ours.
    held = (
        Post.objects.select_for_update(of=("self",))
        .select_related("unit", "author")
        .filter(Q(pk__in=post_ids) | Q(pk__in=Post.objects.filter(pk__in=post_ids).values("corrects")))
        .order_by("pk")
    )
    posts = [post for post in held if post.pk in post_ids]
    done, refused = [], {}
    for post in posts:
        try:
            with transaction.atomic():
                act(post)
        except (PublishingRefused, PermissionDenied) as error:
            refused[post.pk] = str(error)
        except (OperationalError, InterfaceError):
            raise  # the database is away or busy: all of it is tried again
        except Exception as error:  # whatever one post brings, the others get their yes
            log("post_broke", post=post.pk, **told_exception(type(error), error.__traceback__))
            refused[post.pk] = _("Something unforeseen went wrong here, so it stayed as it was. Open it by itself.")
        else:
            done.append(post.pk)
    return Together(tuple(done), refused)
