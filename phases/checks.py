"""System checks: what this installation should know about itself."""

import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.core.checks import Warning as CheckWarning

from tracker.databases import SQLITE, wal_is_sound

SHORT_KEY = 32


# A deploy check: at every command it would be noise.
@register(Tags.database, deploy=True)
def sqlite_journal(**_: Any) -> list[CheckMessage]:
    """Say which journal mode SQLite runs in, and why."""
    if settings.DATABASES["default"]["ENGINE"] != SQLITE:
        return []
    version = sqlite3.sqlite_version
    if wal_is_sound(sqlite3.sqlite_version_info[:3]):
        return [Info(f"SQLite {version} runs in WAL mode with full sync.", id="phases.I001")]
    return [
        Info(
            f"SQLite {version} runs with a rollback journal and full sync.",
            hint="WAL is used from SQLite 3.51.3 (or 3.50.7, 3.44.6), where its reset bug is fixed. "
            "Nothing is lost; readers wait for writers a little.",
            id="phases.I002",
        )
    ]


@register(Tags.security)
def signing_key(**_: Any) -> list[CheckMessage]:
    """A short key can be guessed, and with it any session forged."""
    if settings.DEBUG or len(settings.SECRET_KEY) >= SHORT_KEY:
        return []
    return [
        CheckWarning(
            f"SECRET_KEY has {len(settings.SECRET_KEY)} characters; it needs at least {SHORT_KEY}.",
            hint='python -c "import secrets; print(secrets.token_urlsafe(50))" makes one.',
            id="phases.W001",
        )
    ]


@register(Tags.security)
def demo_stays_at_home(**_: Any) -> list[CheckMessage]:
    """The demo's passwords are printed in public, so it answers to this machine's own names only."""
    strangers = [host for host in settings.ALLOWED_HOSTS if host not in settings.LOOPBACK_HOSTS]
    if not (settings.DEMO and strangers):
        return []
    return [
        Error(
            f"DEMO=1 with ALLOWED_HOSTS naming {', '.join(strangers)}: the demo's passwords are public.",
            hint="Unset DEMO for a real installation, or leave ALLOWED_HOSTS unset for the demo.",
            id="phases.E001",
        )
    ]
