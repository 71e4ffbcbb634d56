"""All settings, read from the environment (and from a ``.env`` file if present). README.md lists them."""

import os
import sqlite3
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from tracker import databases, environment, logs

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")

# Values already in the environment win over the file. ENV_FILE points elsewhere, or nowhere.
environ.Env.read_env(os.environ.get("ENV_FILE", str(BASE_DIR / ".env")), overwrite=False)

DEBUG = environment.flag("DEBUG")
DEMO = environment.flag("DEMO")
SECRET_KEY = environment.signing_key(debug=DEBUG, development_file=BASE_DIR / ".development-key")
ALLOWED_HOSTS = environment.host_names("ALLOWED_HOSTS", LOOPBACK_HOSTS)
CSRF_TRUSTED_ORIGINS = environment.origins("CSRF_TRUSTED_ORIGINS")

ANONYMOUS_READ = environment.flag("ANONYMOUS_READ")
ADMIN_USERNAME = environment.text("ADMIN_USERNAME")
ADMIN_PASSWORD = environment.secret("ADMIN_PASSWORD")
if ADMIN_USERNAME and not ADMIN_PASSWORD:
    raise ImproperlyConfigured("ADMIN_USERNAME is set but ADMIN_PASSWORD is not: set both, or neither.")

# Bytes of one packet's text.
PACKET_MAX_BYTES = environment.number("PACKET_MAX_BYTES", 2 * 2**20, low=1024, high=64 * 2**20, unit="bytes")
# Bytes of one zipped packet folder; what it unpacks to is bounded by `phases.folders`.
FOLDER_MAX_BYTES = environment.number("FOLDER_MAX_BYTES", 8 * 2**20, low=1024, high=60 * 2**20, unit="bytes")
# Bytes of a JSON body posted to the API: two dozen reports with logs as long as they are kept.
API_BODY_MAX_BYTES = 8 * 2**20
# A packet posted to the API or in a form grows by its escaping, so the body may be larger than the packet.
DATA_UPLOAD_MAX_MEMORY_SIZE = max(API_BODY_MAX_BYTES, 4 * PACKET_MAX_BYTES)
DATA_UPLOAD_MAX_NUMBER_FILES = 50
# A round with 500 new findings has five fields for each, two for each earlier one, and one for each slice.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# Django's own handlers would put any file that anybody sends, signed in or not, on the disk in full.
FILE_UPLOAD_HANDLERS = ["phases.views.uploads.BoundedUpload"]

# Never ATOMIC_REQUESTS: each action is one transaction, and a lock must not last for a whole request.
DATABASES = {
    "default": databases.with_options(
        environment.database("DATABASE_URL", "sqlite:///db.sqlite3", root=BASE_DIR),
        sqlite_version=sqlite3.sqlite_version_info[:3],
        pool_size=environment.number("DATABASE_POOL_SIZE", 10, low=1, high=1000, unit="connections"),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "template_partials",
    "phases",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "phases.middleware.LastingSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "phases.middleware.DatabaseAwayMiddleware",
    # Last, so that it turns the lockout of any inner part into its answer.
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            # As builtins, so that the same templates run unchanged on Django 6.
            "builtins": [
                "template_partials.templatetags.partials",
                "phases.templatetags.times",
                "phases.templatetags.texts",
            ],
        },
    }
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
FORMAT_MODULE_PATH = "tracker.formats"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
BUNDLES_ROOT = BASE_DIR / ".bundles"
"""Where `tracker/bundles.py` writes what it joined, before it is served or collected."""
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "tracker.bundles.BundleFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# No page of another origin has a reason to read these files.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Signing in.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
PASSWORD_HASHERS = [
    "tracker.hashers.SmallArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
# Guesses at the same instant are all checked before the first failure counts, so the true bound is
# the limit plus the number of worker threads.
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "tracker.clients.client_ip"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "phases.views.accounts.locked_out"
CSRF_FAILURE_VIEW = "phases.views.errors.csrf_failure"

# Decisions that wait are counted in business hours: Monday to Friday, between these hours in UTC.
BUSINESS_HOURS = environment.hours("BUSINESS_HOURS", "9-17")

# How often an open page asks what others changed; where nothing was, that costs one query and a 304.
REFRESH_SECONDS = environment.number("REFRESH_SECONDS", 5, low=1, high=3600, unit="seconds")

# The API: requests in a minute of one person or token, and from one address with tokens that do not count.
API_REQUESTS_PER_MINUTE = environment.number(
    "API_REQUESTS_PER_MINUTE", 6000, low=0, high=10**6, unit="requests"
)
API_WRONG_TOKENS_PER_MINUTE = environment.number(
    "API_WRONG_TOKENS_PER_MINUTE", 60, low=0, high=10**6, unit="requests"
)
# Each web process counts for itself: exact enough for a limit, and no query or service is needed for it.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "throttling": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "throttling",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

# Transport. Plain http for people inside a trusted network is a choice that has to be written down.
INSECURE_HTTP = environment.flag("INSECURE_HTTP")
TRUST_PROXY = environment.flag("TRUST_PROXY")
_secure = not (DEBUG or INSECURE_HTTP)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
# Only behind a proxy is the visitor's own scheme known; without one a redirect would never end.
SECURE_SSL_REDIRECT = _secure and TRUST_PROXY
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = environment.number("HSTS_SECONDS", 0, low=0, high=10 * 366 * 86400, unit="seconds")
SILENCED_SYSTEM_CHECKS = [
    # Subdomains and browsers' preload lists are decisions about a whole domain, which is not ours.
    "security.W005",
    "security.W021",
]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

DEFAULT_EXCEPTION_REPORTER = "tracker.reports.HidingReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "tracker.reports.HidingFilter"
LOGGING = logs.configure(
    level=environment.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
    as_json=environment.choice("LOG_FORMAT", "text" if DEBUG else "json", ("text", "json")) == "json",
)
