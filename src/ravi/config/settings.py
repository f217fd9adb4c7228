"""Every setting of the web side, read from the environment and nowhere else (docs/reference/settings.md lists them)."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from ravi.core.logs import CONFIG


def _database(url: str) -> dict[str, object]:
    """Django's settings for one PostgreSQL URL; a socket folder stands in ?host=."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "ravi",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": 0,
        # Compiling a plan takes longer than any question here, and PostgreSQL guesses badly when to.
        "OPTIONS": {"application_name": "ravi", "options": "-c jit=off", **query},
    }


def _flag(name: str) -> bool:
    return os.environ.get(name, "") == "1"


HOME = Path(os.environ.get("RAVI_HOME", str(Path.home() / ".local/share/ravi")))
PORT = int(os.environ.get("RAVI_PORT", "8000"))
DOMAIN = os.environ.get("RAVI_DOMAIN", "localhost")
SECRET_KEY = os.environ.get("RAVI_SECRET_KEY", "only-for-tests-and-for-commands-that-serve-no-page")
DEBUG = False
IS_LOCAL = DOMAIN == "localhost"
ALLOWED_HOSTS = [DOMAIN, "localhost", "127.0.0.1", "[::1]", "testserver"] if IS_LOCAL else [DOMAIN]
# How people type the address of this Ravi: for links in what is sent to them.
BASE_URL = f"http://localhost:{PORT}" if IS_LOCAL else f"https://{DOMAIN}"
CSRF_TRUSTED_ORIGINS = [f"https://{DOMAIN}"]

DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql://ravi_web@/ravi"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "ravi.core",
    "ravi.accounts",
    "ravi.notices",
    "ravi.directory",
    "ravi.delivery",
    "ravi.library",
    "ravi.publishing",
    "ravi.network",
    "ravi.training",
    "ravi.public",
    "ravi.api",
    "ravi.desk",
    "ravi.demo",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "ravi.core.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "ravi.api.door.ApiMiddleware",
    "ravi.core.middleware.BodyLimitMiddleware",
    # Before WhiteNoise, so that stylesheets and scripts are compressed too (budget: 150 KB for a first load).
    "ravi.core.middleware.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ravi.core.middleware.PrivatePagesMiddleware",
    "ravi.core.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "ravi.accounts.middleware.SecondFactorMiddleware",
    "ravi.core.middleware.FormAddressMiddleware",
    # Last: it calls the view itself, inside the tenant's transaction.
    "ravi.core.middleware.TenantMiddleware",
]

ROOT_URLCONF = "ravi.config.urls"
WSGI_APPLICATION = "ravi.config.wsgi.application"
FORM_RENDERER = "ravi.core.rendering.FormRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "ravi.core.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# Persian is the default, not a skin; the browser's own wish is not asked (many phones here say en).
LANGUAGE_CODE = "fa"
LANGUAGES = [("fa", _("Persian")), ("en", _("English"))]
# The command line is no Django app, so its catalogue is named here.
LOCALE_PATHS = [Path(__file__).parent.parent / "cli" / "locale"]
LANGUAGE_COOKIE_NAME = "ravi_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tehran"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = os.environ.get("RAVI_STATIC_ROOT") or None
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
# Their addresses carry a mark of their content (core.assets), so a browser may keep them for ever.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/ravi/"

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "ravi.accounts.password.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_ADAPTER = "ravi.accounts.sign_in.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_FORMS = {"login": "ravi.accounts.forms.SignInForm"}
ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": None}  # django-axes counts failures, in the database
AXES_USERNAME_CALLABLE = "ravi.accounts.sign_in.tried_name"
AXES_CLIENT_IP_CALLABLE = "ravi.accounts.sign_in.client_address"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = IS_LOCAL
MFA_TOTP_ISSUER = "Ravi"
# A code that was read a moment before the next one came still counts (RFC 6238, 5.2); each counts once all the same.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "ravi.accounts.second_factor.CodeForm",
    "reauthenticate": "ravi.accounts.second_factor.CodeAgainForm",
    "add_webauthn": "ravi.accounts.passkey.NewPasskeyForm",
    "login_webauthn": "ravi.accounts.passkey.PasskeySignInForm",
    "reauthenticate_webauthn": "ravi.accounts.passkey.PasskeyAgainForm",
}
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = ["axes.W001", "axes.W003"]

SESSION_ENGINE = "ravi.accounts.session"
SESSION_COOKIE_NAME = "ravi_session" if IS_LOCAL else "__Host-ravi_session"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_SECURE = not IS_LOCAL
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = not IS_LOCAL
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "ravi.core.failures.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = None if IS_LOCAL else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if IS_LOCAL else 31_536_000
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
# Messages take videos; no other form takes as much.
LARGE_BODY_PREFIX = "/posts/"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

CREDENTIAL_PUBLIC_KEY = os.environ.get("RAVI_CREDENTIAL_PUBLIC_KEY", "")
CREDENTIAL_KEY_ID = os.environ.get("RAVI_CREDENTIAL_KEY_ID", "")
IS_DEMO = _flag("RAVI_DEMO")
SANDBOX_URL = os.environ.get("RAVI_SANDBOX_URL", "")
WEBSUB_HUB = os.environ.get("RAVI_WEBSUB_HUB", "")

# Side jobs: each room announces its own in `jobs.py` (core/jobs.py).
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["ravi.core.job_care"]

LOGGING = CONFIG
