"""The HTML of the sandbox's pages; every word of a post goes through `escape`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from ravi.platforms.sandbox.server.moments import date_fa, fa, time_fa
from ravi.platforms.sandbox.server.words import html_of
from ravi.platforms.sandbox.server.world import Channel, Post

NAMES: Mapping[str, str] = {
    "telegram": "تلگرام",
    "bale": "بله",
    "eitaa": "ایتا",
    "wordpress": "وبگاه",
    "mastodon": "ماستودون",
    "bluesky": "بلواسکای",
}
_FRAMES: Mapping[str, str] = {"wordpress": "entry", "mastodon": "note", "bluesky": "note"}
_TO_ALL = '<p><a href="/">همهٔ کانال‌های تمرینی</a></p>'


def index(channels: Sequence[Channel]) -> str:
    """One row per name, one link per platform, in the order they were registered."""
    rows: dict[str, list[Channel]] = {}
    for channel in channels:
        rows.setdefault(channel.name, []).append(channel)
    posts = sum(len(channel.posts) for channel in channels)
    lines = "".join(
        f"<li><h2>{escape(name)}</h2><p>{' '.join(map(_chip, found))}</p></li>" for name, found in rows.items()
    )
    body = (
        f'<header class="top"><h1>کانال‌های تمرینی</h1><p class="soft">{fa(len(channels))} کانال، {fa(posts)} پیام</p>'
        f"</header>"
    )
    empty = '<p class="empty">هنوز کانالی ثبت نشده است.</p>'
    return _document("کانال‌های تمرینی", body + (f'<ul class="rows">{lines}</ul>' if lines else empty), "index")


def channel(channel: Channel, shown: Sequence[Post]) -> str:
    posts = "".join(f"<li>{_post(channel, post)}</li>" for post in shown)
    older = ""
    if shown and shown[-1].n > 1:
        older = f'<p class="more"><a href="?before={shown[-1].n}">پیام‌های پیش‌تر</a></p>'
    wall = f'<ol class="posts">{posts}</ol>' if posts else '<p class="empty">هنوز پیامی نرسیده است.</p>'
    count = f'<p class="soft">{fa(len(channel.posts))} پیام</p>' if channel.posts else ""
    return _document(channel.name, _head(channel, count) + wall + older, f"at-{_frame(channel)}")


def single(channel: Channel, post: Post) -> str:
    back = '<p class="soft"><a href="./">همهٔ پیام‌های این کانال</a></p>'
    body = f'{_head(channel, back)}<div class="posts">{_post(channel, post)}</div>'
    return _document(f"{channel.name} · {fa(post.n)}", body, f"at-{_frame(channel)}")


def missing() -> str:
    return _document("اینجا چیزی نیست", '<header class="top"><h1>اینجا چیزی نیست</h1></header>' + _TO_ALL, "index")


def _document(title: str, body: str, kind: str) -> str:
    return (
        '<!doctype html><html lang="fa" dir="rtl"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title>"
        '<link rel="icon" href="/_icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/_style.css">'
        f'</head><body class="{kind}">'
        '<p class="strip"><a href="/">سکوهای تمرینی راوی</a> <span>برای تمرین است، نه خود سکو</span></p>'
        f"<main>{body}</main></body></html>"
    )


def _head(channel: Channel, note: str) -> str:
    return (
        f'<header class="top">{_face(channel)}<div><h1>{escape(channel.name)}</h1>'
        f'<p class="soft">{NAMES[channel.platform]} · {_handle(channel)}</p>'
        f"{note}</div></header>"
    )


def _handle(channel: Channel) -> str:
    """As the platform writes it: a website's is its address. A long one breaks before a part, never within."""
    at = "" if channel.platform == "wordpress" else "@"
    parts = escape(channel.handle).replace("@", "<wbr>@").replace(".", "<wbr>.")
    return f'<bdi dir="ltr">{at}{parts}</bdi>'


def _chip(channel: Channel) -> str:
    place = f"/{escape(channel.platform)}/{escape(channel.handle)}/"
    count = f' <span class="n">{fa(len(channel.posts))}</span>' if channel.posts else ""
    return f'<a class="chip" href="{place}">{NAMES[channel.platform]}{count}</a>'


def _post(channel: Channel, post: Post) -> str:
    if post.deleted_at:
        return f'<article class="gone" id="n{post.n}"><p>این پیام پاک شد. {_when(post.deleted_at)}</p></article>'
    return {"bubble": _bubble, "note": _note, "entry": _entry}[_frame(channel)](channel, post)


def _bubble(channel: Channel, post: Post) -> str:
    return (
        f'<article class="bubble" id="n{post.n}"><p class="who">{escape(channel.name)}</p>{_images(post)}'
        f"{_text(post)}<footer>{_marks(post)}</footer></article>"
    )


def _note(channel: Channel, post: Post) -> str:
    return (
        f'<article class="note" id="n{post.n}"><header>{_face(channel)}<div><b>{escape(channel.name)}</b> '
        f'<small class="soft">{_handle(channel)}</small></div></header>'
        f"{_text(post)}{_images(post)}<footer>{_marks(post)}</footer></article>"
    )


def _entry(_channel: Channel, post: Post) -> str:
    title = escape(str(post.body["title"]))
    return (
        f'<article class="entry" id="n{post.n}"><h2 dir="auto"><a href="{post.n}">{title}</a></h2>'
        f"<footer>{_marks(post)}</footer>{_images(post)}{_text(post)}</article>"
    )


def _text(post: Post) -> str:
    lang, words = escape(str(post.body["lang"]) or "fa"), html_of(post.text, post.body.get("marks", ()))
    return f'<div class="text" lang="{lang}" dir="auto">{words}</div>' if post.text else ""


def _images(post: Post) -> str:
    media: Sequence[Mapping[str, Any]] = post.body["media"]
    if not media:
        return ""
    figures = "".join(map(_figure, media))
    return f'<div class="images images-{min(len(media), 4)}">{figures}</div>'


def _figure(item: Mapping[str, Any]) -> str:
    words = escape(item["alt_text"])
    if not item["media_type"].startswith("video/"):
        return f'<img src="{_file(item)}" alt="{words}" loading="lazy">'
    poster = f' poster="{_file(item["thumbnail"])}"' if item.get("thumbnail") else ""
    said = item.get("captions")
    lang = escape(said["lang"] or "fa") if said else ""
    track = f'<track kind="captions" src="{_file(said)}" srclang="{lang}" label="زیرنویس" default>' if said else ""
    return f'<video controls preload="metadata" playsinline src="{_file(item)}"{poster} aria-label="{words}">{track}</video>'


def _file(item: Mapping[str, Any]) -> str:
    return f"/_media/{escape(item['sha256'])}/{escape(item['media_type'].replace('/', '-'))}"


def _marks(post: Post) -> str:
    marks = [f'<a href="{post.n}">{_when(post.at)}</a>']
    if post.edited_at:
        marks.append(f"ویرایش‌شده، {_when(post.edited_at, since=post.at)}")
    if post.pinned:
        marks.append("سنجاق‌شده")
    return " · ".join(marks)


def _when(moment: datetime, *, since: datetime | None = None) -> str:
    """Date and time; the time alone where the date was said just before."""
    said = date_fa(since) if since else ""
    date = "" if date_fa(moment) == said else f"{date_fa(moment)}، "
    return f'<time datetime="{moment.isoformat()}">{date}{time_fa(moment)}</time>'


def _face(channel: Channel) -> str:
    last_word = (channel.name.split() or [""])[-1]
    letter = next((c for c in last_word if c.isalpha()), "؟")
    return f'<span class="face" aria-hidden="true">{escape(letter)}</span>'


def _frame(channel: Channel) -> str:
    return _FRAMES.get(channel.platform, "bubble")
