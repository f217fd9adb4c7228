from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "ravi.training"
    label = "training"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce the room's entry of the navigation and its notices."""
        from ravi.core.pages import NavEntry, register  # noqa: PLC0415 -- apps are ready only now
        from ravi.training.notices import register_kinds  # noqa: PLC0415 -- apps are ready only now

        register(
            NavEntry("training", _("Workshops"), "training:workshops", "cal", 45, may=_serves_somewhere, tab=False)
        )
        register_kinds()


def _serves_somewhere(request: Any) -> bool:
    from ravi.accounts.queries import rights  # noqa: PLC0415 -- models are loaded only later

    return bool(rights(request.user).units)
