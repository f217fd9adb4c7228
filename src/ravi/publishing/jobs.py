"""The side jobs of publishing: people of a message hear of its troubles without opening a page, and its images are drawn."""

from ravi.accounts.queries import institution_ids, people_by_id
from ravi.core.jobs import job, periodic
from ravi.core.tenancy import tenant
from ravi.library.services import fit_images
from ravi.publishing.models import Post
from ravi.publishing.queries.fitting import missing_recipes
from ravi.publishing.services import tell_stand_ins, tell_troubles


@periodic("publishing.tell", "* * * * * */20")
def tell(timestamp: int) -> None:
    """In every institution: copies that failed, were missed, or are unknown for long."""
    for institution_id in institution_ids():
        with tenant(institution_id):
            tell_troubles(institution_id)


@job("publishing.fit")
def fit(institution_id: int, post_id: int, by_id: int) -> None:
    """Draw the post's images as its platforms take them, one after the other: what is drawn stays, whatever comes next."""
    with tenant(institution_id):
        post, by = Post.objects.filter(pk=post_id).first(), people_by_id([by_id]).get(by_id)
        missing = missing_recipes(post) if post else {}
    for media_id, recipes in missing.items():
        with tenant(institution_id):
            fit_images({media_id: recipes}, by=by)


@periodic("publishing.stand_ins", "* * * * * 40")
def stand_ins(timestamp: int) -> None:
    """In every institution: whose absence has begun, and who is asked in their place."""
    for institution_id in institution_ids():
        with tenant(institution_id):
            tell_stand_ins(institution_id)
