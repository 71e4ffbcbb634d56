"""Settings refuse bad values by name and say what to write instead."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker import environment

ROOT = Path(__file__).resolve().parents[2]
KEY = "k" * 25 + "0123456789" * 3
BASE = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "SECRET_KEY": KEY, "LOG_LEVEL": "WARNING"}


def manage(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """`manage.py` with these variables and no others."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**BASE, **environ}, capture_output=True, text=True, check=False, timeout=60
    )


def shown(expression: str, **environ: str) -> str:
    """What the settings make of these variables."""
    code = f"from django.conf import settings; from django.db import connection; print({expression})"
    done = manage("shell", "--verbosity=0", "-c", code, **environ)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY_FILE": "/nowhere"}, "SECRET_KEY_FILE"),
        ({"ADMIN_USERNAME": "ann"}, "ADMIN_PASSWORD"),
        ({"DATABASE_URL": "mysql://localhost/x"}, "DATABASE_URL"),
        ({"PACKET_MAX_BYTES": "2MB"}, "PACKET_MAX_BYTES"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
    ],
)
def test_a_bad_value_ends_the_command_with_its_name_and_no_traceback(variables, name):
    done = manage("check", **variables)
    assert done.returncode == 3
    assert name in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["DEBUG", "ANONYMOUS_READ", "INSECURE_HTTP", "TRUST_PROXY", "DEMO"])
def test_a_misspelt_flag_is_refused_not_taken_as_no(name, monkeypatch):
    monkeypatch.setenv(name, "ture")
    with pytest.raises(ImproperlyConfigured) as refusal:
        environment.flag(name)
    assert name in str(refusal.value)
    assert "ture" in str(refusal.value)


@pytest.mark.parametrize(("word", "value"), [("1", True), ("On", True), ("", False), ("no", False)])
def test_flags_know_the_usual_words(word, value, monkeypatch):
    monkeypatch.setenv("DEBUG", word)
    assert environment.flag("DEBUG") is value


@pytest.mark.parametrize("written", ["-1", "1023", "٣٠٠٠", "many", "99999999999"])
def test_numbers_out_of_bounds_are_refused(written, monkeypatch):
    monkeypatch.setenv("PACKET_MAX_BYTES", written)
    with pytest.raises(ImproperlyConfigured, match="PACKET_MAX_BYTES"):
        environment.number("PACKET_MAX_BYTES", 2048, low=1024, high=4096, unit="bytes")


@pytest.mark.parametrize("written", ["https://tracker.example.org", "tracker.example.org/path"])
def test_hosts_with_scheme_or_path_are_refused(written, monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", written)
    with pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS"):
        environment.host_names("ALLOWED_HOSTS", ())


def test_origins_without_scheme_are_refused(monkeypatch):
    monkeypatch.setenv("CSRF_TRUSTED_ORIGINS", "tracker.example.org")
    with pytest.raises(ImproperlyConfigured, match="CSRF_TRUSTED_ORIGINS"):
        environment.origins("CSRF_TRUSTED_ORIGINS")


@pytest.mark.parametrize(
    "url", ["db.sqlite3", "mysql://localhost/x", "postgres://localhost", "postgres://h:x/n"]
)
def test_database_urls_that_cannot_be_used_are_refused(url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        environment.database("DATABASE_URL", "", root=ROOT)


def test_database_refusal_does_not_repeat_the_password(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://ann:hunter2@localhost/x")
    with pytest.raises(ImproperlyConfigured) as refusal:
        environment.database("DATABASE_URL", "", root=ROOT)
    assert "hunter2" not in str(refusal.value)


def test_relative_sqlite_path_does_not_depend_on_the_working_folder(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite:///some.sqlite3")
    assert environment.database("DATABASE_URL", "", root=ROOT)["NAME"] == str(ROOT / "some.sqlite3")


def test_secret_key_may_stand_in_a_file(tmp_path):
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    assert shown("settings.SECRET_KEY", SECRET_KEY="", SECRET_KEY_FILE=str(file)) == KEY


def test_secret_given_twice_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(ImproperlyConfigured, match="both set"):
        environment.secret("SECRET_KEY")


def test_development_key_outlives_a_restart_and_is_private(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    file = tmp_path / "key"
    first = environment.signing_key(debug=True, development_file=file)
    assert environment.signing_key(debug=True, development_file=file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_env_file_is_read_and_the_environment_wins(tmp_path):
    file = tmp_path / "env"
    file.write_text("ANONYMOUS_READ=1\nLOG_LEVEL=ERROR\nPACKET_MAX_BYTES=4096\n")
    found = shown(
        "settings.ANONYMOUS_READ, settings.PACKET_MAX_BYTES", ENV_FILE=str(file), PACKET_MAX_BYTES="2048"
    )
    assert found == "True 2048"


def test_defaults_are_the_safe_ones():
    names = (
        "DEBUG",
        "DEMO",
        "ANONYMOUS_READ",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "ALLOWED_HOSTS",
    )
    found = shown(", ".join(f"settings.{name}" for name in names))
    assert found == "False False False True True ['localhost', '127.0.0.1', '[::1]']"


def test_plain_http_is_a_choice():
    assert shown("settings.SESSION_COOKIE_SECURE", INSECURE_HTTP="1") == "False"


def test_sqlite_is_opened_durably_and_immediately():
    query = "connection.cursor().execute('PRAGMA synchronous').fetchone()[0]"
    mode = "settings.DATABASES['default']['OPTIONS']['transaction_mode']"
    assert shown(f"{query}, {mode}", DATABASE_URL="sqlite://:memory:") == "2 IMMEDIATE"


def test_a_proxied_installation_passes_the_deployment_checks():
    variables = {"TRUST_PROXY": "1", "HSTS_SECONDS": "31536000", "ALLOWED_HOSTS": "tracker.example.org"}
    done = manage("check", "--deploy", "--fail-level", "WARNING", **variables)
    assert done.returncode == 0, done.stderr
    assert "full sync" in done.stderr


def test_the_demo_is_not_served_under_other_names():
    done = manage("check", DEMO="1", ALLOWED_HOSTS="tracker.example.org")
    assert done.returncode == 1
    assert "phases.E001" in done.stderr
    assert manage("check", DEMO="1").returncode == 0


def test_a_short_key_is_warned_about():
    assert "phases.W001" in manage("check", SECRET_KEY="short").stderr


def test_logs_go_to_stderr_as_json():
    done = manage("shell", "--verbosity=0", "-c", "import logging; logging.error('made up')")
    assert done.stdout == ""
    assert '"event": "made up"' in done.stderr


def test_env_file_of_the_demo_leads_commands_to_its_database(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    done = subprocess.run(["make", "-C", str(tmp_path), ".demo/env"], capture_output=True, check=False)
    assert done.returncode == 0
    file, key = tmp_path / ".demo" / "env", tmp_path / "key"
    key.write_text(KEY)
    said = {"ENV_FILE": str(file), "SECRET_KEY": "", "SECRET_KEY_FILE": str(key), "LOG_LEVEL": ""}
    found = shown("settings.DEMO, settings.DEBUG, settings.DATABASES['default']['NAME']", **said)
    assert found.startswith("True False ")
    assert found.endswith(".demo/demo.sqlite3")
