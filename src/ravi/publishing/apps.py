from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "ravi.publishing"
    label = "publishing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ravi.publishing.notices import register_kinds  # noqa: PLC0415 -- apps are ready only now

        register_kinds()
