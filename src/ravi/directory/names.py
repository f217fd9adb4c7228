"""What platforms are called, in the reader's language."""

from functools import cache

from django.utils.translation import get_language

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
