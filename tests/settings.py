"""The real settings, with what makes tests fast and independent of the machine's own environment."""

import os
import secrets
import tempfile
from pathlib import Path

# The database may be chosen from outside; nothing else of this machine's settings reaches the tests.
for _name in ("ADMIN_USERNAME", "ALLOWED_HOSTS", "ANONYMOUS_READ", "DEBUG", "DEMO", "TRUST_PROXY"):
    os.environ.pop(_name, None)
os.environ["ENV_FILE"] = os.devnull
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
os.environ.setdefault("LOG_LEVEL", "WARNING")

from tracker.databases import SQLITE  # noqa: E402  (the environment must be set first)
from tracker.settings import *  # noqa: E402, F403
from tracker.settings import DATABASES  # noqa: E402

# One file per process: several runs in one checkout must not share a database.
_database = Path(tempfile.gettempdir()) / f"tracker-tests-{os.getpid()}.sqlite3"

if DATABASES["default"]["ENGINE"] == SQLITE:
    # A file, not memory, so that threads and the live server meet the same locks as in production.
    DATABASES["default"]["NAME"] = f"{_database}-unused"
    DATABASES["default"]["TEST"] = {"NAME": str(_database)}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF;"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Files straight from their sources: nothing is collected for a test.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
# The test client and the live server speak plain http.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
# Every test comes from the same address, and many of them send wrong tokens on purpose.
API_WRONG_TOKENS_PER_MINUTE = 0
