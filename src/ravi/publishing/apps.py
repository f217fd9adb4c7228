from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "ravi.publishing"
    label = "publishing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ravi.delivery.topics import name_topics  # noqa: PLC0415 -- models load after apps
        from ravi.library.uses import Carrier, carries  # noqa: PLC0415 -- models load after apps
        from ravi.publishing.models import Post  # noqa: PLC0415 -- models load after apps
        from ravi.publishing.notices import register_kinds  # noqa: PLC0415 -- apps are ready only now
        from ravi.publishing.pages import carried  # noqa: PLC0415 -- models load after apps
        from ravi.publishing.services import erasing  # noqa: PLC0415 -- models load after apps

        register_kinds()
        name_topics(dict(Post.TopicChoice.choices))
        carries(
            Carrier(
                uses=carried.uses,
                fates=carried.fates,
                hold=erasing.hold,
                others=erasing.has_others,
                let_go=erasing.let_go,
            )
        )
