"""The real settings, with what makes tests fast and independent of the machine's own environment."""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

FOREIGN = (
    "ADMIN_USERNAME",
    "ADMIN_PASSWORD",
    "ALLOWED_HOSTS",
    "ANONYMOUS_READ",
    "DEBUG",
    "DEMO",
    "TRUST_PROXY",
)
for _name in FOREIGN:
    os.environ.pop(_name, None)
os.environ["ENV_FILE"] = os.devnull
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
os.environ.setdefault("LOG_LEVEL", "WARNING")

from tracker.databases import SQLITE  # noqa: E402  (the environment must be set first)
from tracker.settings import *  # noqa: E402, F403
from tracker.settings import DATABASES  # noqa: E402

# One folder per process: several runs in one checkout must not share a database file.
_folder = Path(tempfile.mkdtemp(prefix="tracker-tests-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

if DATABASES["default"]["ENGINE"] == SQLITE:
    # A file, not memory, so that threads and the live server meet the same locks as in production.
    DATABASES["default"]["NAME"] = str(_folder / "unused.sqlite3")
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF;"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = _folder / "static"
STATIC_ROOT.mkdir()
# The test client and the live server speak plain http.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
