"""Has the images of a post drawn as its platforms take them: in the background once it is saved, at the latest when it is
sent for approval."""

from ravi.accounts.models import Person
from ravi.core.jobs import defer
from ravi.library.services import fit_images
from ravi.publishing.models import Post
from ravi.publishing.queries.fitting import missing_recipes


def fit_post(post: Post, *, by: Person) -> None:
    """Draw what is missing, and wait for it."""
    fit_images(missing_recipes(post), by=by)


def have_fitted(post: Post, *, by: Person) -> None:
    """Have it drawn in the background, once the caller's transaction ends well."""
    if missing_recipes(post):
        defer("publishing.fit", institution_id=post.institution_id, once=str(post.pk), post_id=post.pk, by_id=by.pk)
