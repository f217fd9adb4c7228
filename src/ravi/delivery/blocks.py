"""What delivery adds to the pages of lower rooms."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from ravi.core.blocks import add_block
from ravi.delivery.pages import numbers
from ravi.directory.models import Channel


def add_blocks() -> None:
    """Announce them; called when the apps are ready."""
    add_block("channel", "followers", followers)


def followers(request: HttpRequest, channel: Channel) -> str:
    """On a channel's page: how many follow, who said it, and the way to how it went on."""
    context = {"channel": channel, "said": numbers.of_channel(channel)}
    return render_to_string("delivery/parts/followers.html", context, request)
