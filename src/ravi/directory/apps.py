from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    name = "ravi.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce the room's entry of the navigation and its notices."""
        from ravi.accounts.closing import Follower, follows  # noqa: PLC0415 -- models load after apps
        from ravi.core.pages import NavEntry, register  # noqa: PLC0415 -- apps are ready only now
        from ravi.directory.notices import register_kinds  # noqa: PLC0415 -- apps are ready only now
        from ravi.directory.services import closing  # noqa: PLC0415 -- models load after apps

        register(
            NavEntry(
                name="channels",
                label=_("Channels"),
                url_name="directory:channels",
                icon="channel",
                order=40,
                may=_serves_somewhere,
            )
        )
        register_kinds()
        follows("directory", Follower(closing.foretell, closing.hold, closing.follow))


def _serves_somewhere(request: Any) -> bool:
    from ravi.accounts.queries import rights  # noqa: PLC0415 -- models are loaded only later

    return bool(rights(request.user).units)
