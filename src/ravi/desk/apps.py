from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeskConfig(AppConfig):
    name = "ravi.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce the entries of the navigation; channels and notices announce their own."""
        from ravi.core.pages import NavEntry, register  # noqa: PLC0415 -- apps are ready only now

        register(
            NavEntry(
                "tasks", _("My tasks"), "desk:home", "tasks", 10, count=_awaiting, short=pgettext_lazy("tab", "Tasks")
            )
        )
        register(NavEntry("posts", _("Messages"), "publishing:posts", "msg", 20))
        register(NavEntry("write", _("Write"), "publishing:write", "pen", 30, may=_may_write))
        register(NavEntry("more", _("More"), "desk:more", "more", 90))


def _awaiting(request: Any) -> int:
    from ravi.publishing.queries import awaiting_count  # noqa: PLC0415 -- models load after apps

    return awaiting_count(request.user)


def _may_write(request: Any) -> bool:
    from ravi.accounts.queries import rights  # noqa: PLC0415 -- models load after apps
    from ravi.accounts.rules import Ability  # noqa: PLC0415 -- models load after apps

    return rights(request.user).may(Ability.WRITE_POST)
