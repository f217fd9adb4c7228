"""What each platform gets in place of an image that it does not take as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ravi.directory.models import Channel
from ravi.library.fitting import DRAWN, recipe_for
from ravi.library.models import Rendition
from ravi.library.queries import renditions_of
from ravi.library.recipe import Recipe
from ravi.platforms import registry
from ravi.platforms.bounds import narrowed
from ravi.platforms.contract import MediaItem, Profile
from ravi.publishing.models import Post
from ravi.publishing.queries.draft import chosen_channels

Renditions = Mapping[tuple[str, str], Rendition]


@dataclass(frozen=True)
class Sent:
    """One image or video as one platform gets it. `recipe` is None where `item` is the kept one itself; `rendition_id` is
    None where that, or where it is not drawn yet: then `item` is what will come of it."""

    item: MediaItem
    kept: MediaItem
    recipe: Recipe | None = None
    rendition_id: int | None = None


def profile_of(channel: Channel) -> Profile:
    """What the channel's platform takes, narrowed to what its account takes."""
    return narrowed(registry.profile(channel.adapter, channel.platform), channel.found_limits or {})


def sent_to(profile: Profile, items: Sequence[MediaItem], drawn: Renditions, *, is_final: bool) -> tuple[Sent, ...]:
    """The images and videos for one platform. `is_final`: only what is drawn counts; else what will be drawn, too."""
    return tuple(_sent(profile, item, drawn, is_final) for item in items)


def missing_recipes(post: Post) -> dict[int, set[str]]:
    """What has yet to be drawn for the post's channels, by image; no more questions where it has no images."""
    images = post.images.filter(media__erased_at=None, media__media_type__startswith="image/").select_related("media")
    kept = [image.media for image in images]
    if not kept:
        return {}
    profiles = {profile_of(channel) for channel in chosen_channels(post)}
    drawn = renditions_of([media.pk for media in kept])
    wanted = {media: {str(recipe) for one in profiles if (recipe := recipe_for(media, one))} for media in kept}
    missing = {media.pk: {one for one in said if (media.sha256, one) not in drawn} for media, said in wanted.items()}
    return {pk: recipes for pk, recipes in missing.items() if recipes}


def _sent(profile: Profile, item: MediaItem, drawn: Renditions, is_final: bool) -> Sent:
    recipe = None if item.is_video else recipe_for(item, profile)
    if recipe is None:
        return Sent(item, item)
    rendition = drawn.get((item.sha256, str(recipe)))
    if rendition is not None:
        return Sent(_as_drawn(item, rendition), item, recipe, rendition.pk)
    return Sent(item, item) if is_final else Sent(_foreseen(item, recipe), item, recipe)


def _as_drawn(item: MediaItem, rendition: Rendition) -> MediaItem:
    return replace(
        item,
        sha256=rendition.sha256,
        media_type=rendition.media_type,
        width=rendition.width,
        height=rendition.height,
        size_bytes=rendition.size_bytes,
    )


def _foreseen(item: MediaItem, recipe: Recipe) -> MediaItem:
    width, height = recipe.sides(item.width, item.height)
    most = min(item.size_bytes, recipe.most_bytes)
    return replace(item, media_type=DRAWN, width=width, height=height, size_bytes=most)
