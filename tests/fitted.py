"""An image as the library draws it for a platform, looked at by another decoder before a server judges it."""

import hashlib
import io
from dataclasses import replace

from PIL import Image

from ravi.library.fitting import recipe_for
from ravi.library.reencode import opened
from ravi.library.rendering import render
from ravi.platforms.contract import MediaItem, Profile


def fitted_for(item: MediaItem, profile: Profile) -> MediaItem:
    """What goes to that platform: the image itself where it is taken as it is."""
    recipe = recipe_for(item, profile)
    if recipe is None or item.content is None:
        return item
    made = render(opened(item.content), recipe)
    assert made is not None
    content, width, height = made
    with Image.open(io.BytesIO(content)) as read:
        read.load()
        assert (read.format, read.size) == ("JPEG", (width, height))
    digest = hashlib.sha256(content).hexdigest()
    return replace(
        item,
        sha256=digest,
        media_type="image/jpeg",
        content=content,
        width=width,
        height=height,
        size_bytes=len(content),
    )
