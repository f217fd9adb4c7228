from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "ravi.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
