"""Threads drawn as numbers inside an svg, with no style attribute: a message's strand and a text's length."""

from collections.abc import Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from ravi.core.calendar import number

WIDTH = 1000
GROUPS = (
    ("s-sent", ("sent", "corrected", "sent_by_hand")),
    ("s-going", ("sending", "claimed", "pending", "held", "by_hand")),
    ("s-unknown", ("unknown",)),
    ("s-not", ("missed", "failed", "blocked")),
)
# A single copy among hundreds is still seen.
LEAST = 8
GAP = 3


def tally(counts: Mapping[str, int]) -> dict[str, int]:
    """How many went, are going, are not known, did not go; keys as the classes of the strand, and `all`."""
    sums = {name: sum(counts.get(state, 0) for state in states) for name, states in GROUPS}
    return sums | {"all": sum(counts.values())}


def strand_sentence(counts: Mapping[str, int]) -> str:
    """۳۲۹ نسخه از ۳۶۰ منتشر شد، ۱۸ در راه است و ۱۳ نسخه رسیدگی می‌خواهد"""
    sums = tally(counts)
    parts = [
        ngettext("%(sent)s of %(all)s copy is published", "%(sent)s of %(all)s copies are published", sums["all"])
        % {"sent": number(sums["s-sent"]), "all": number(sums["all"])}
    ]
    if sums["s-going"]:
        parts.append(gettext("%(n)s on the way") % {"n": number(sums["s-going"])})
    if needs := sums["s-unknown"] + sums["s-not"]:
        parts.append(ngettext("%(n)s copy needs you", "%(n)s copies need you", needs) % {"n": number(needs)})
    return gettext(", ").join(parts)


def strand(counts: Mapping[str, int], *, node: str | SafeString) -> SafeString:
    """The strand in its box; an empty message is a bare line."""
    runs = _runs(counts)
    paths = format_html_join("", '<path class="{}" d="M{} 6H{}"/>', runs)
    return format_html(
        '<div class="strand-box">{}<svg class="strand" viewBox="0 0 {} 12" preserveAspectRatio="none" role="img" '
        'aria-label="{}"><path class="s-rest" d="M0 6H{}"/>{}</svg></div>',
        node, WIDTH, strand_sentence(counts), WIDTH, paths,
    )  # fmt: skip


def _runs(counts: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """(class, from, to) of each part that is not empty; none is thinner than LEAST."""
    sums = tally(counts)
    whole = sums.pop("all") or 1
    shares = {name: max(LEAST, round(n * WIDTH / whole)) if n else 0 for name, n in sums.items()}
    excess = sum(shares.values()) - WIDTH
    if excess > 0:
        largest = max(shares, key=lambda name: shares[name])
        shares[largest] -= excess
    runs, start = [], 0
    for name, share in shares.items():
        if share:
            runs.append((name, start + (GAP if start else 0), start + share))
        start += share
    return runs


def length(used: int, limit: int | None) -> SafeString:
    """The counter's thread: solid up to the limit, dashed beyond it; without a limit a bare line."""
    if not limit:
        inner = SafeString('<path class="rest" d="M0 4H100"/><path class="run"/><path class="over"/>')
    elif used <= limit:
        run = _drawn(round(used * 100 / limit))
        inner = format_html('<path class="rest" d="M0 4H100"/><path class="run" d="{}"/><path class="over"/>', run)
    else:
        edge = min(96, round(limit * 100 / used))
        inner = format_html(
            '<path class="rest"/><path class="run" d="M0 4H{}"/><path class="over" d="M{} 4H100"/>', edge, edge
        )
    return format_html(
        '<svg class="len" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{}</svg>', inner
    )


def _drawn(edge: int) -> str:
    return f"M0 4H{edge}" if edge else ""
