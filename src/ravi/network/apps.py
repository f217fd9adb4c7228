from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NetworkConfig(AppConfig):
    name = "ravi.network"
    label = "network"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Announce the room's entry of the navigation and its notices."""
        from ravi.accounts.closing import Follower, follows  # noqa: PLC0415 -- models load after apps
        from ravi.core.pages import NavEntry, register  # noqa: PLC0415 -- apps are ready only now
        from ravi.network.notices import register_kinds  # noqa: PLC0415 -- apps are ready only now
        from ravi.network.services import closing  # noqa: PLC0415 -- models load after apps

        register(
            NavEntry(
                name="network",
                label=_("Network messages"),
                url_name="network:messages",
                icon="send",
                order=35,
                may=_sees_headquarters,
                tab=False,
                short=pgettext_lazy("tab", "Network"),
            )
        )
        register(
            NavEntry(
                "offers",
                _("Offered to you"),
                "network:offers",
                "book",
                15,
                may=_may_answer,
                tab=False,
            )
        )
        register_kinds()
        follows("network", Follower(closing.foretell, closing.hold, closing.follow))
        _keep_words()


def _keep_words() -> None:
    """Announce what publishing may ask about posts whose words stand here."""
    from ravi.network.pages.based_on import note_of  # noqa: PLC0415 -- models load after apps
    from ravi.network.pages.origin import origin_of  # noqa: PLC0415 -- as above
    from ravi.network.queries.shared_yes import (  # noqa: PLC0415 -- as above
        is_being_said,
        message_writers,
        message_written_by,
    )
    from ravi.publishing.words_kept import Keeper, keeps  # noqa: PLC0415 -- as above

    keeps("network", Keeper(note_of, message_writers, message_written_by, is_being_said, origin_of))


def _sees_headquarters(request: Any) -> bool:
    from ravi.accounts.queries import rights  # noqa: PLC0415 -- models are loaded only later

    return rights(request.user).sees_all


def _may_answer(request: Any) -> bool:
    from ravi.network.queries import answering_unit_ids  # noqa: PLC0415 -- models load after apps

    return bool(answering_unit_ids(request.user))
