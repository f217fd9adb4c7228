from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ravi.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let allauth answer what it raises: "is it still you?", and answers that it wants to give at once."""
        from allauth.account.middleware import AccountMiddleware  # noqa: PLC0415 -- needs the app registry
        from allauth.mfa import signals  # noqa: PLC0415 -- apps are ready only now

        from ravi.accounts import second_factor  # noqa: PLC0415 -- apps are ready only now
        from ravi.core.middleware import exception_answers  # noqa: PLC0415 -- apps are ready only now

        def no_view(_request: object) -> None: ...

        answer = AccountMiddleware(no_view).process_exception
        if answer not in exception_answers:
            exception_answers.append(answer)
        signals.authentication_failed.connect(second_factor.note_wrong_code)
        signals.authenticator_added.connect(second_factor.end_other_sessions)
