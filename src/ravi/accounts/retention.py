"""How long rows about people stay."""

from axes.models import AccessAttempt, AccessAttemptExpiration, AccessFailureLog, AccessLog
from django.db.models import Q

from ravi.accounts.models import Absence, AccessToken, Session
from ravi.core.retention import goes, stays

_TRIED = "name tried, network address, browser"
_WHY_TRIED = "long enough to look into an attack on accounts"

stays("accounts_institution", "", "as long as the institution")
stays("accounts_unit", "", "as long as the institution")
stays("accounts_role", "who served where (ids)", "says who was allowed to approve what")
stays("accounts_person", "name, user name", "until a head erases a former colleague")
stays("mfa_authenticator", "second factor", "until it is removed, or its person erased")
for _table in ("account_emailaddress", "account_emailconfirmation"):
    stays(_table, "", "a sign-in table that Ravi does not fill")
goes(
    "accounts_absence", "who was away, and who stood in (ids)", "long enough to look back at who was asked", days=365,
    old=lambda before: Absence.objects.filter(ends_at__lt=before),
)  # fmt: skip
goes(
    "accounts_accesstoken", "name of the key", "a void key is of use for looking back only", days=365,
    old=lambda before: AccessToken.objects.filter(Q(valid_until__lt=before) | Q(revoked_at__lt=before)),
)  # fmt: skip
goes(
    "accounts_session", "whose browser", "an ended session opens nothing", days=1, of_institution=False,
    old=lambda before: Session.objects.filter(expire_date__lt=before),
)  # fmt: skip
goes(
    "axes_accessattempt", _TRIED, _WHY_TRIED, days=30, of_institution=False,
    old=lambda before: AccessAttempt.objects.filter(attempt_time__lt=before),
)  # fmt: skip
goes(
    "axes_accessattemptexpiration", "", "goes with its attempt", days=30, of_institution=False,
    old=lambda before: AccessAttemptExpiration.objects.filter(expires_at__lt=before),
)  # fmt: skip
goes(
    "axes_accesslog", _TRIED, _WHY_TRIED, days=30, of_institution=False,
    old=lambda before: AccessLog.objects.filter(attempt_time__lt=before),
)  # fmt: skip
goes(
    "axes_accessfailurelog", _TRIED, _WHY_TRIED, days=30, of_institution=False,
    old=lambda before: AccessFailureLog.objects.filter(attempt_time__lt=before),
)  # fmt: skip
