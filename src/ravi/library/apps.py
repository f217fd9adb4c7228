from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "ravi.library"
    label = "library"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ravi.core.pictures import draws_pictures  # noqa: PLC0415 -- models load after apps
        from ravi.library.services import draw_evidence  # noqa: PLC0415 -- models load after apps

        draws_pictures(draw_evidence)
