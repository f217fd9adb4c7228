from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "ravi.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce the room's notices."""
        from ravi.api.webhook.notices import register_kinds  # noqa: PLC0415 -- apps are ready only now

        register_kinds()
