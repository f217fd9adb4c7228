from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "ravi.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ravi.core.pages import NavEntry, register  # noqa: PLC0415 -- apps are ready only now
        from ravi.notices.measures import register_measures  # noqa: PLC0415 -- models load after apps

        register_measures()

        register(
            NavEntry(
                name="notices",
                label=_("Notices"),
                url_name="notices:list",
                icon="bell",
                order=50,
                tab=False,
                count=_unread,
            )
        )


def _unread(request: HttpRequest) -> int:
    from ravi.accounts.access import person_of  # noqa: PLC0415 -- models load after apps
    from ravi.notices.queries import unread_count  # noqa: PLC0415 -- models load after apps

    return unread_count(person_of(request))
