"""Sessions in the database with their person's id beside them."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    """Django's database store over accounts.Session."""

    @classmethod
    def get_model_class(cls) -> Any:
        from ravi.accounts.models import Session  # noqa: PLC0415 -- models are loaded after settings name this module

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.person_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row
