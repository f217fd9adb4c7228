"""How a person finds out whether a copy is there: one sentence per platform."""

from django.utils.translation import gettext as _


def how(platform: str, name: str) -> str:
    """Where to look, in the words that stand on that platform."""
    ways = {
        "telegram": _("Open the channel in Telegram and look at the last messages, also at the pinned one."),
        "bale": _("Open the channel in Bale and look at the last messages."),
        "soroush": _("Open the channel in Soroush Plus and look at the last messages."),
        "eitaa": _(
            "Open the channel in Eitaa and look at the last messages; Eitaayar's panel lists what it sent, too."
        ),
        "rubika": _("Open the channel in Rubika and look at the last messages."),
        "mastodon": _("Open the account's page; a copy stands among its last posts, without signing in too."),
        "bluesky": _("Open the account's page and look at its last posts."),
        "matrix": _(
            "Open the room and look at its last messages; words and images of one copy stand one under another."
        ),
        "instagram": _(
            "Open the account in Instagram and look at its first posts, and among its reels where it was a video."
        ),
        "facebook": _(
            "Open the Page in Facebook and look at its first posts; look in its own list too, among what waits to be published."
        ),
        "threads": _("Open the account in Threads and look at its first posts."),
        "x": _("Open the account in X and look at its first posts."),
        "linkedin": _("Open the organisation's page in LinkedIn, under “Posts”, sorted by the newest."),
        "youtube": _(
            "Open YouTube Studio and look in the list of videos, also at those that are still being prepared."
        ),
        "aparat": _(
            "Open the channel's own list of videos in Aparat, also those that still wait to be looked through."
        ),
        "wordpress": _(
            "Open the website's news; look in its own list of posts too, among the scheduled and the drafts."
        ),
        "email": _(
            "Look in the sender's “sent” folder, or ask one of the receivers; a bounced letter comes back there."
        ),
    }
    return ways.get(platform, _("Open the channel on %(platform)s and look at its last posts.")) % {"platform": name}
