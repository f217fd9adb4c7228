"""A post's own words as a value, and what was set aside."""

from django.db.models import QuerySet

from ravi.accounts.models import Person
from ravi.directory.models import Channel
from ravi.publishing.draft import DraftFields
from ravi.publishing.models import Post, SetAside


def fields_of(post: Post) -> DraftFields:
    """The post as it would go out."""
    return _fields(post, post.title, post.text, {variant.name: variant.text for variant in post.variants.all()})


def typed_fields_of(post: Post) -> DraftFields:
    """The post as it was typed, before the safe level."""
    variants = {variant.name: variant.typed_text for variant in post.variants.all()}
    return _fields(post, post.typed_title, post.typed_text, variants)


def chosen_channels(post: Post) -> list[Channel]:
    """Where the post is to go, open or not, with their units, in the order of a page."""
    chosen = Channel.objects.filter(pk__in=post.chosen.values("channel_id")).select_related("unit")
    return list(chosen.order_by("unit__sort_key", "platform", "id"))


def set_aside_of(post: Post, person: Person) -> QuerySet[SetAside]:
    """What this person typed while another saved first, latest first."""
    return SetAside.objects.filter(post=post, person=person).order_by("-at")


def _fields(post: Post, title: str, text: str, variants: dict[str, str]) -> DraftFields:
    return DraftFields(
        title=title,
        text=text,
        lang=post.lang,
        link=post.link,
        valid_until=post.valid_until,
        due_at=post.due_at,
        topic=post.topic,
        variants=variants,
        media_ids=tuple(image.media_id for image in post.images.all()),
        channel_ids=frozenset(chosen.channel_id for chosen in post.chosen.all()),
        as_typed=frozenset(post.as_typed),
    )
