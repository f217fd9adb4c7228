"""Channels one by one: units grouped by kind, a box per channel, all in one form that works without JavaScript."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ravi.accounts.access import person_of, signed_in
from ravi.accounts.models import Unit
from ravi.core.asked import whole
from ravi.directory.models import Channel
from ravi.directory.queries import channels_publishable_by
from ravi.publishing import queries, services
from ravi.publishing.errors import PublishingRefused
from ravi.publishing.forms import ChannelsForm
from ravi.publishing.pages import composer, platforms
from ravi.publishing.views.scope import visible_post


@require_http_methods(["GET", "POST"])
@signed_in
def channels(request: HttpRequest, pk: int) -> HttpResponse:
    """The loom as boxes. What is ticked is exactly what is chosen."""
    post = visible_post(request, pk)
    person = person_of(request)
    if not queries.may_edit(person, post):
        raise PermissionDenied(_("This message is written by others. You can read it."))
    listed = list(channels_publishable_by(person).select_related("unit"))
    fields = queries.fields_of(post)
    if request.method == "POST":
        form = ChannelsForm(request.POST, allowed=[channel.pk for channel in listed])
        if form.is_valid():
            chosen = frozenset(form.cleaned_data["channels"])
            expected = whole(request.POST.get("expected_revision", ""))
            revision = post.revision if expected is None else expected
            try:
                services.save_draft(post, replace(fields, channel_ids=chosen), expected_revision=revision, by=person)
            except PublishingRefused as refused:
                messages.warning(request, str(refused))
                return redirect("publishing:channels", pk=pk)
            return redirect("publishing:post", pk=pk)
        messages.warning(request, _("One of the channels cannot be used any more. Choose the channels again."))
        return redirect("publishing:channels", pk=pk)
    context = {"post": post, "groups": _groups(listed, fields.channel_ids), "total": len(listed)}
    return render(request, "publishing/channels.html", context)


def _groups(listed: list[Channel], chosen: frozenset[int]) -> list[dict[str, Any]]:
    keys = platforms.in_order(channel.platform for channel in listed)
    rows: dict[str, dict[int, dict[str, Any]]] = {}
    for channel in listed:
        row = rows.setdefault(channel.unit.kind, {}).setdefault(
            channel.unit_id, {"name": channel.unit.name, "boxes": {key: [] for key in keys}}
        )
        row["boxes"][channel.platform].append({"channel": channel, "is_chosen": channel.pk in chosen})
    return [_group(kind, rows[kind], keys) for kind in Unit.Kind.values if kind in rows]


def _group(kind: str, units: dict[int, dict[str, Any]], keys: list[str]) -> dict[str, Any]:
    cells = [box for unit in units.values() for boxes in unit["boxes"].values() for box in boxes]
    ticked = sum(box["is_chosen"] for box in cells)
    return {
        "id": kind,
        "name": composer.group_name(kind),
        "platforms": [platforms.name(key) for key in keys],
        "rows": [{"name": unit["name"], "cells": [unit["boxes"][key] for key in keys]} for unit in units.values()],
        "ticked": ticked,
        "all": len(cells),
        "is_open": 0 < ticked < len(cells) or len(cells) <= 12,
    }
