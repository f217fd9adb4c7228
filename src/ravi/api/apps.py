from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "ravi.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce the room's notices, and what ends with a unit."""
        from ravi.accounts.closing import Follower, follows  # noqa: PLC0415 -- models load after apps
        from ravi.api.webhook import closing  # noqa: PLC0415 -- models load after apps
        from ravi.api.webhook.notices import register_kinds  # noqa: PLC0415 -- apps are ready only now

        register_kinds()
        follows("api", Follower(closing.foretell, closing.hold, closing.follow))
