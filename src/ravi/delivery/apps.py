from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "ravi.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ravi.delivery.blocks import add_blocks  # noqa: PLC0415 -- models load after apps
        from ravi.delivery.health import register_checks  # noqa: PLC0415 -- models load after apps
        from ravi.delivery.measures import register_measures  # noqa: PLC0415 -- models load after apps
        from ravi.delivery.notices import register_kinds  # noqa: PLC0415 -- apps are ready only now

        add_blocks()
        register_kinds()
        register_checks()
        register_measures()
