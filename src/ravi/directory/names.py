"""What platforms are called, and what accounts tell of themselves, in the reader's language."""

from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ravi.core import calendar
from ravi.platforms import registry
from ravi.platforms.contract import Profile

# What a link may lead to without Ravi being able to publish there; the others are named by their profiles.
OTHERS = {
    "virasty": ("Virasty", "ویراستی"),
    "gap": ("Gap", "گپ"),
}


def platform_name(platform: str) -> str:
    """Bale, or بله for a Persian reader; the bare kind where nobody named it."""
    english, persian = _names().get(platform, (platform, platform))
    return persian if (get_language() or "fa").startswith("fa") else english


def platform_words(adapter: str, platform: str) -> tuple[str, ...]:
    """Every word by which people may search for the platform."""
    return (platform, *_names().get(platform, ()))


def limit_name(name: str) -> str:
    """What `contract.Bounded` and `contract.Countable` tell, by the name that a finding has."""
    names = {
        "text": _("characters of a text"),
        "caption": _("characters beside images"),
        "title": _("characters of a title"),
        "media": _("images of a post"),
        "image_bytes": _("size of an image"),
        "video_bytes": _("size of a video"),
        "video_s": _("length of a video"),
        "posts_per_day": _("posts of a day"),
        "posts_left_today": _("posts left today"),
        "followers": _("followers or members"),
    }
    return names.get(name, name)


def limit_value(name: str, value: float) -> str:
    """۵۰۰, or ۱۰ مگابایت where it is a size."""
    if name.endswith("_bytes"):
        return _("%(n)s MB") % {"n": calendar.digits(f"{value / 1_000_000:.3g}")}
    if name == "video_s":
        return _("%(n)s s") % {"n": calendar.number(round(value))}
    return calendar.number(round(value))


def reachable(*, with_sandbox: bool) -> list[tuple[str, str]]:
    """(adapter, platform) pairs that a channel can have, those by hand last; the sandbox only where it stands for the
    world."""
    kinds = [kind for kind in registry.kinds() if kind != "sandbox" or with_sandbox]
    pairs = [(kind, platform) for kind in kinds for platform in registry.platforms(kind)]
    # Nobody writes a page of Ravi's own by hand.
    pairs = [pair for pair in pairs if pair != ("manual", "feeds")]
    return sorted(pairs, key=lambda pair: registry.is_by_hand(pair[0]))


@cache
def _names() -> dict[str, tuple[str, str]]:
    names = dict(OTHERS)
    for kind in registry.kinds():
        for platform in registry.platforms(kind):
            profile: Profile = registry.profile(kind, platform)
            names[platform] = (profile.name_en, profile.name_fa)
    return names
