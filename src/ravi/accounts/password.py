"""Django's own rule about a password's length, in words that have a Persian: Django's catalogue has none of this one."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _

from ravi.core.calendar import number


class LongEnough(MinimumLengthValidator):
    """At least so many characters."""

    def get_error_message(self) -> str:
        return _("This password is too short: it needs at least %(n)s characters.") % {"n": number(self.min_length)}
