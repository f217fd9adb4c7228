"""What a person does on a platform, in one to three sentences."""

from django.utils.translation import gettext as _

from ravi.delivery.rules import Action


def steps(action: str, platform: str, name: str, *, has_images: bool) -> list[str]:
    """In the order in which they are done."""
    made = {
        Action.PUBLISH: _publish(platform, has_images=has_images),
        Action.EDIT: [
            _("Open the post there, choose “edit”, and put the new text in place of the old one."),
            _("If the platform lets nobody edit, remove the old post and publish the new text."),
        ],
        Action.DELETE: [_("Open the post there, choose “delete”, and look once more whether it is gone.")],
        Action.PIN: [_("Open the post there and pin it to the top of the channel.")],
    }[Action(action)]
    return [step % {"platform": name} for step in made]


def _publish(platform: str, *, has_images: bool) -> list[str]:
    ways = {
        "instagram": [
            _("Download the images to the phone, open %(platform)s with our account and begin a new post with them."),
            _("Paste the text as the caption; the alt text goes to “advanced settings”, “write alt text”."),
            _("Share it, then copy its link: the three dots, “copy link”."),
        ],
        "aparat": [
            _("Sign in to %(platform)s with our account and choose “upload a video”."),
            _("Paste the text as title and description, publish, and copy the address of the video's page."),
        ],
        "youtube": [
            _("Open %(platform)s Studio with our account, upload the video, and paste title and description."),
            _("Publish it as public and copy its link."),
        ],
    }
    if platform in ways:
        return ways[platform]
    first = _("Open %(platform)s with our account and begin a new post.")
    images = _("Put the images in, in their order, and give each its alt text where the platform asks for one.")
    last = _("Paste the text, publish it, and copy the link of the post.")
    return [first, images, last] if has_images else [first, last]
