"""How each database is opened: SQLite as the embedded default, PostgreSQL for several web processes."""

from typing import Any

SQLITE = "django.db.backends.sqlite3"
BUSY_TIMEOUT_S = 20
POOL_TIMEOUT_S = 10


def wal_is_sound(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite has the fix for the WAL-reset bug.

    Source: sqlite.org, "the WAL-reset bug": 3.7.0 to 3.51.2 can lose committed data when two connections
    write in WAL mode; fixed in 3.51.3 and, for older lines, in 3.50.7 and 3.44.6.
    """
    if version[:2] == (3, 44):
        return version >= (3, 44, 6)
    if version[:2] == (3, 50):
        return version >= (3, 50, 7)
    return version >= (3, 51, 3)


def sqlite_options(version: tuple[int, int, int]) -> dict[str, Any]:
    """IMMEDIATE takes the write lock first, so writers queue up instead of failing half-way."""
    journal = "WAL" if wal_is_sound(version) else "DELETE"
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": BUSY_TIMEOUT_S,
        "init_command": f"PRAGMA journal_mode={journal}; PRAGMA synchronous=FULL;",
    }


def with_options(
    config: dict[str, Any], *, sqlite_version: tuple[int, int, int], pool_size: int
) -> dict[str, Any]:
    """The database dictionary of a URL, with what this application needs; options of the URL win."""
    given = config.get("OPTIONS", {})
    if config["ENGINE"] == SQLITE:
        return {**config, "OPTIONS": {**sqlite_options(sqlite_version), **given}}
    pool = {"min_size": 1, "max_size": pool_size, "timeout": POOL_TIMEOUT_S}
    return {**config, "CONN_HEALTH_CHECKS": True, "OPTIONS": {"pool": pool, **given}}
