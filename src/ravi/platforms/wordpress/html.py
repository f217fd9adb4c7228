"""The HTML of a post, made so that WordPress shows the words as they are and expands nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ravi.platforms.contract import Mark
from ravi.platforms.shapes.marked_html import marked_html


@dataclass(frozen=True, slots=True)
class Placed:
    """A file in the site's library: an image, or a film with its picture and its captions' address."""

    id: int
    url: str
    alt_text: str
    is_video: bool = False
    poster: str = ""
    captions: str = ""
    captions_lang: str = ""


def post_html(text: str, marks: Sequence[Mark] = (), files: Sequence[Placed] = (), *, lang: str = "fa") -> str:
    """`files` stand under the words: films, then the images, several as a gallery of WordPress's own. Links are made
    real: WordPress would fetch and embed a bare one that stands alone."""
    films = [_film(file, lang) for file in files if file.is_video]
    images = [_image(file) for file in files if not file.is_video]
    return "\n".join([marked_html(text, marks, plain=_plain), *films, *(_gallery(images) if images[1:] else images)])


def _image(file: Placed) -> str:
    """A block as the editor writes it, so that it can be changed there too."""
    shown = f'<img src="{escape(file.url)}" alt="{_plain(file.alt_text)}" class="wp-image-{file.id}"/>'
    return f'<!-- wp:image {{"id":{file.id}}} -->\n<figure class="wp-block-image">{shown}</figure>\n<!-- /wp:image -->'


def _gallery(images: list[str]) -> list[str]:
    frame = '<figure class="wp-block-gallery has-nested-images columns-default is-cropped">'
    return [
        '<!-- wp:gallery {"linkTo":"none"} -->\n' + frame + "\n".join(images) + "</figure>\n<!-- /wp:gallery -->",
    ]


def _film(file: Placed, lang: str) -> str:
    poster = f' poster="{escape(file.poster)}"' if file.poster else ""
    track = (
        f'<track kind="captions" srclang="{escape(file.captions_lang or lang)}" src="{escape(file.captions)}" default>'
    )
    label = f' aria-label="{_plain(file.alt_text)}"' if file.alt_text else ""
    inner = track if file.captions else ""
    return (
        f'<figure><video controls preload="metadata" src="{escape(file.url)}"{poster}{label}>{inner}</video></figure>'
    )


def _plain(text: str) -> str:
    """Escaped, and with brackets that cannot start a shortcode."""
    return escape(text).replace("[", "&#91;").replace("]", "&#93;")
