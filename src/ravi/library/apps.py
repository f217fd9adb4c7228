from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    name = "ravi.library"
    label = "library"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ravi.core.pages import NavEntry, register  # noqa: PLC0415 -- apps are ready only now
        from ravi.core.pictures import draws_pictures  # noqa: PLC0415 -- models load after apps
        from ravi.library.services import draw_evidence  # noqa: PLC0415 -- models load after apps

        draws_pictures(draw_evidence)
        register(NavEntry("library", _("Library"), "library:shelf", "image", 35, may=_serves_somewhere, tab=False))


def _serves_somewhere(request: Any) -> bool:
    from ravi.accounts.queries import rights  # noqa: PLC0415 -- models are loaded only later

    return bool(rights(request.user).units)
