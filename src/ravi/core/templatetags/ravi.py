"""The face's own tags: beads, icons, threads, numbers, dates and fields, so that pages say only what they mean."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ravi.core import calendar, clock, threads
from ravi.core.assets import asset_url
from ravi.core.beads import BEADS, look
from ravi.core.blocks import blocks_of
from ravi.core.marked import Marking, marked_html
from ravi.core.rendering import control_html, field_html

register = template.Library()
LONE_NUMBER = re.compile(r"(?<![A-Za-z0-9@._/-])\d+(?![A-Za-z0-9@_/-])")

# Arrows and pens point along the reading direction: drawn for right-to-left, turned over elsewhere.
DIRECTIONAL = frozenset({"back", "next", "send", "undo", "quote", "out", "play", "tasks", "open", "ear"})


@register.simple_tag
def asset(path: str) -> str:
    """{% asset "ravi/ravi.css" %}: the address of a static file with its content's mark."""
    return asset_url(path)


@register.simple_tag
def icon(name: str) -> SafeString:
    """{% icon "pen" %}: a small drawing that says nothing by itself; put a word beside it."""
    classes = "i i-turns" if name in DIRECTIONAL else "i"
    return _drawing(f"i-{name}", classes)


@register.simple_tag
def drawing(name: str, classes: str = "") -> SafeString:
    """{% drawing "mark" %}, {% drawing "seal" "seal" %}: a drawing from the sprite by its own name."""
    return _drawing(name, classes)


@register.simple_tag
def bead(state: str, label: bool = False) -> SafeString:
    """{% bead "sent" %}; with label=True the state's word is there for those who do not see it."""
    symbol, classes = look(state)
    svg = _bead(symbol, classes)
    return svg + format_html('<span class="vh">{}</span>', BEADS[state].word) if label else svg


@register.simple_tag
def state(name: str, text: str = "") -> SafeString:
    """{% state delivery.state %}: bead and word in one line; `text` says it in other words."""
    symbol, classes = look(name)
    word = text or BEADS[name].word
    return format_html('<span class="state {}">{}{}</span>', classes, _bead(symbol), word)


@register.filter
def state_word(name: str) -> str:
    """{{ delivery.state|state_word }}: منتشر شد"""
    return str(BEADS[name].word)


@register.filter
def state_class(name: str) -> str:
    """<td class="{{ delivery.state|state_class }}">: gives a cell its colour and its thread."""
    return look(name)[1]


@register.filter
def fa_num(value: Any) -> str:
    """A count is grouped (۱٬۰۲۴); any other text only gets its digits (1405 as text stays ۱۴۰۵)."""
    if isinstance(value, int) and not isinstance(value, bool):
        return calendar.number(value)
    return calendar.digits("" if value is None else str(value))


@register.filter
def file_size(size_bytes: int) -> str:
    """۳۸ کیلوبایت، ۴٫۲ مگابایت: as people say it, a thousand to the step."""
    if size_bytes < 1_000_000:
        return _("%(n)s kB") % {"n": calendar.number(max(1, round(size_bytes / 1_000)))}
    million = round(size_bytes / 1_000_000, 1)
    return _("%(n)s MB") % {"n": calendar.number(int(million) if million == int(million) else million)}


@register.filter
def jdate(value: date | datetime | None) -> str:
    """۸ آذر ۱۴۰۵"""
    return calendar.day(value) if value else ""


@register.filter
def jdatetime(value: datetime | None) -> str:
    """۸ آذر ۱۴۰۵، ساعت ۹:۳۰"""
    return calendar.day_and_hour(value) if value else ""


@register.filter
def hour(value: datetime | None) -> str:
    """۹:۳۰"""
    return calendar.hour(value) if value else ""


@register.filter
def weekday(value: date | datetime | None) -> str:
    """یکشنبه"""
    return calendar.weekday(value) if value else ""


@register.filter
def ago(value: datetime | None) -> str:
    """۲ ساعت پیش, or ۷ روز دیگر for what is ahead."""
    return calendar.distance(value, now=clock.now()) if value else ""


@register.simple_tag
def when(value: datetime | None) -> SafeString:
    """{% when post.due_at %}: the distance in words, the whole date under it for those who ask."""
    if value is None:
        return SafeString("")
    title = calendar.day_and_hour(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), title, calendar.distance(value, now=clock.now())
    )


@register.filter
def handle(value: str) -> SafeString:
    """A handle, a phone number, an address: left to right, in one piece, wherever it stands."""
    return format_html('<bdi dir="ltr">{}</bdi>', value) if value else SafeString("")


@register.filter
def initial(name: str) -> str:
    """The letter in the round sign of a person; a title before the name does not count."""
    words = [word for word in name.split() if word not in {"دکتر", "مهندس", "سید", "سیده", "Dr", "Dr."}]
    return words[0][0] if words else "؟"


@register.simple_tag
def strand(counts: Mapping[str, int], node: bool = True) -> SafeString:
    """{% strand counts %}: how far one message has come; `counts` maps a state to a number of copies."""
    return threads.strand(counts, node=_drawing("b-node", "bead") if node else "")


@register.simple_tag
def length(used: int, limit: int | None) -> SafeString:
    """{% length 206 1024 %}: a thread as long as the text, inside a `.fork`."""
    return threads.length(used, limit)


@register.inclusion_tag("core/parts/fork.html")
def fork(name: str, used: int, limit: int | None, **more: Any) -> dict[str, Any]:
    """{% fork "تلگرام" 206 1024 unit="telegram_utf16" own_id="id_x" from_ids="id_text" current=True %}"""
    return {"name": name, "used": used, "limit": limit, "is_over": limit is not None and used > limit} | {
        "is_near": limit is not None and used <= limit and used * 10 >= limit * 9,
        "over_by": used - limit if limit is not None else 0,
        **more,
    }


@register.simple_tag(takes_context=True)
def field(context: template.Context, bound: BoundField, **more: Any) -> SafeString:
    """{% field form.title %}: label, hint, error and control, whatever the widget; label= hint= say it otherwise."""
    return mark_safe(field_html(bound, **more))  # noqa: S308 -- rendered by a template, which escapes


@register.simple_tag
def control(bound: BoundField, **attributes: str) -> SafeString:
    """The bare control of a field with its classes and descriptions; for templates that place the label themselves."""
    return mark_safe(control_html(bound, attributes))  # noqa: S308 -- rendered by a template, which escapes


def _bead(symbol: str, classes: str = "") -> SafeString:
    # The question mark of Persian is drawn; other scripts read it turned over.
    turns = " i-turns" if symbol == "unknown" else ""
    return _drawing(f"b-{symbol}", f"bead {classes}".rstrip() + turns)


def _drawing(name: str, classes: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, asset_url("ravi/sprite.svg"), name
    )


@register.simple_tag(takes_context=True)
def blocks(context: template.Context, place: str, about: Any) -> SafeString:
    """{% blocks "channel" channel %}: what higher rooms add to this page."""
    return blocks_of(place, context["request"], about)


@register.filter
def tabs(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries of the phone's tab bar: at most five."""
    return [entry for entry in entries if entry.get("tab", True)][:5]


@register.filter
def say_state(level: str) -> str:
    """A message's level as a bead: success is a person's yes, warning what we do not know, error what did not go."""
    return {"success": "knot", "warning": "unknown", "error": "blocked"}.get(level, "turn")


@register.filter
def first_id(bound: BoundField) -> str:
    """Where the link of an error summary leads: the control itself, or the first part of a date."""
    return f"{bound.auto_id}_0" if bound.field.widget.use_fieldset else bound.auto_id


@register.filter
def linebreaks_auto(text: str) -> SafeString:
    """Paragraphs that find their own direction each, as on the platforms."""
    blocks = [block for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    inner = (format_html_join(mark_safe("<br>"), "{}", ((line,) for line in block.split("\n"))) for block in blocks)
    return format_html_join("\n", '<p dir="auto">{}</p>', ((paragraph,) for paragraph in inner))


@register.filter
def marked(text: str, marks: Sequence[Marking] | str) -> SafeString:
    """A text as its platform shows it: bold, quotations, links and hashtags. A page without marks gives "" for them."""
    return marked_html(text.replace("\r\n", "\n"), marks if not isinstance(marks, str) else ())


@register.filter
def own_digits(sentence: str) -> str:
    """A sentence of Django's in our digits; what belongs to a Latin word (H5N1) stays."""
    return LONE_NUMBER.sub(lambda found: calendar.digits(found[0]), str(sentence))


@register.filter
def words(text: str) -> list[str]:
    """The words of a text, for loops in templates."""
    return text.split()
