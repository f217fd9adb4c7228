"""What this room holds of a former colleague: the name itself, second factors, sessions, keys, tried sign-ins."""

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog

from ravi.accounts.models import AccessToken, Person, Session
from ravi.core import clock
from ravi.core.erasure import Erased, erases
from ravi.text.sort_key import sort_key


@erases("accounts")
def erase(erased: Erased) -> None:
    """The row stays, with a label for a name and a user name that nobody signs in with."""
    mine = Person.objects.filter(pk=erased.person_id)
    mine.update(
        name=erased.label,
        sort_key=sort_key(erased.label),
        username=f"erased-{erased.person_id}",
        last_login=None,
        erased_at=clock.now(),
    )
    Authenticator.objects.filter(user_id=erased.person_id).delete()
    Session.objects.filter(person_id=erased.person_id).delete()
    AccessToken.objects.filter(person_id=erased.person_id).delete()
    for log in (AccessAttempt, AccessFailureLog, AccessLog):
        log.objects.filter(username__iexact=erased.username).delete()
