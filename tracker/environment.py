"""Typed reading of settings from the environment; a bad value is refused by its name, with a remedy."""

import os
import secrets
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})
DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")


def text(name: str, default: str = "") -> str:
    """The variable without surrounding blanks, or ``default`` where it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    """A yes-or-no variable. Words other than the usual ones are refused, not taken as no."""
    word = text(name, "1" if default else "0").lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} is {word!r}: write 1 (or true, yes, on) or 0 (or false, no, off).")


def number(name: str, default: int, *, low: int, high: int, unit: str) -> int:
    """A whole number of ``unit`` from ``low`` to ``high``, both included."""
    written = text(name, str(default))
    if written.isascii() and written.isdigit() and low <= int(written) <= high:
        return int(written)
    raise ImproperlyConfigured(f"{name} is {written!r}: write a whole number of {unit} from {low} to {high}.")


def choice(name: str, default: str, accepted: tuple[str, ...]) -> str:
    """One of the ``accepted`` words; ``default`` where unset."""
    written = text(name, default)
    if written in accepted:
        return written
    raise ImproperlyConfigured(f"{name} is {written!r}: write one of {', '.join(accepted)}.")


def hours(name: str, default: str) -> tuple[int, int]:
    """First and last hour of a business day, written as ``9-17``."""
    written = text(name, default)
    first, _, last = written.partition("-")
    if first.isascii() and first.isdigit() and last.isascii() and last.isdigit():
        found = (int(first), int(last))
        if 0 <= found[0] < found[1] <= 24:
            return found
    raise ImproperlyConfigured(f"{name} is {written!r}: write two hours of a day in UTC, such as 9-17.")


def names(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list, blanks around the entries dropped."""
    return [part.strip() for part in text(name).split(",") if part.strip()] or list(default)


def host_names(name: str, default: tuple[str, ...]) -> list[str]:
    """Host names as Django wants them: no scheme, no path."""
    hosts = names(name, default)
    for host in hosts:
        if "/" in host or " " in host:
            raise ImproperlyConfigured(
                f"{name} has {host!r}: write host names separated by commas, without scheme or path, "
                "for example tracker.example.org."
            )
    return hosts


def origins(name: str) -> list[str]:
    """Origins with their scheme, as Django's CSRF check wants them."""
    listed = names(name)
    for origin in listed:
        if not origin.startswith(("https://", "http://")):
            raise ImproperlyConfigured(
                f"{name} has {origin!r}: write each origin with its scheme, "
                "for example https://tracker.example.org."
            )
    return listed


def secret(name: str) -> str:
    """The variable ``NAME``, or what the file named by ``NAME_FILE`` holds; empty where neither is set."""
    file_variable = f"{name}_FILE"
    file_name = text(file_variable)
    if not file_name:
        return text(name)
    if text(name):
        raise ImproperlyConfigured(f"{name} and {file_variable} are both set: keep one of them.")
    try:
        content = Path(file_name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"{file_variable} is {file_name!r}, which cannot be read: {error}."
        ) from error
    if not content:
        raise ImproperlyConfigured(
            f"{file_variable} is {file_name!r}, which is empty: write the secret into it."
        )
    return content


def signing_key(*, debug: bool, development_file: Path) -> str:
    """SECRET_KEY or SECRET_KEY_FILE; under DEBUG, a key of this checkout that outlives restarts."""
    given = secret("SECRET_KEY")
    if given:
        return given
    if not debug:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set: set SECRET_KEY to a long random text, or SECRET_KEY_FILE to a file that "
            "holds one, or set DEBUG=1 on a development machine. A key can be made with: "
            'python -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
    return _development_key(development_file)


def _development_key(path: Path) -> str:
    """Read or make the untracked key file, so that sign-ins outlive a restart of the development server."""
    fresh = secrets.token_urlsafe(50)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip() or fresh
    except OSError:
        return fresh
    return fresh


def database(name: str, default: str, *, root: Path) -> dict[str, Any]:
    """Django's database dictionary from a URL; a relative SQLite path is taken from ``root``."""
    url = text(name, default)
    scheme = url.partition(":")[0]
    remedy = "write sqlite:///file.sqlite3 or postgres://user:password@host:5432/name"
    if scheme not in DATABASE_SCHEMES or "://" not in url:
        raise ImproperlyConfigured(f"{name} has the scheme {scheme[:20]!r}: {remedy}.")
    try:
        config: dict[str, Any] = environ.Env.db_url_config(url)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} cannot be read as a URL ({error}): {remedy}.") from error
    if not config["NAME"]:
        raise ImproperlyConfigured(f"{name} names no database: {remedy}.")
    if scheme == "sqlite" and config["NAME"] != ":memory:":
        config["NAME"] = str(root / config["NAME"])
    return config
