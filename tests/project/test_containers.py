"""The container files: complete, refusing to start half-configured, nothing secret inside."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
NEEDED = {
    "SECRET_KEY": "made-up-key",
    "POSTGRES_PASSWORD": "madeup",
    "ALLOWED_HOSTS": "tracker.example.org",
    "INSECURE_HTTP": "0",
}
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
needs_compose = pytest.mark.skipif(
    not shutil.which("docker-compose"), reason="docker-compose is not installed"
)


def compose_config(**environ: str) -> "subprocess.CompletedProcess[str]":
    """What docker-compose makes of the file with these variables and no .env."""
    variables = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environ}
    with tempfile.NamedTemporaryFile() as empty:
        command = ["docker-compose", "--env-file", empty.name, "config"]
        return subprocess.run(
            command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False, timeout=60
        )


@needs_compose
def test_compose_file_is_accepted():
    done = compose_config(**NEEDED)
    assert done.returncode == 0, done.stderr
    web = yaml.safe_load(done.stdout)["services"]["web"]
    assert web["environment"]["SECRET_KEY"] == "made-up-key"


@needs_compose
@pytest.mark.parametrize("name", sorted(NEEDED))
def test_compose_refuses_to_start_without(name):
    done = compose_config(**{other: value for other, value in NEEDED.items() if other != name})
    assert done.returncode != 0
    assert name in done.stderr


def test_every_service_reports_its_health_or_ends():
    assert set(COMPOSE["services"]) == {"database", "migrate", "web", "proxy"}
    assert {"database", "proxy"} <= {name for name, s in COMPOSE["services"].items() if s.get("healthcheck")}
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()


def test_web_waits_for_migrations_and_is_not_published_itself():
    web = COMPOSE["services"]["web"]
    assert web["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert "ports" not in web


def test_the_proxy_buffers_and_names_the_client_itself():
    conf = (ROOT / "deploy" / "nginx.conf").read_text()
    assert "proxy_request_buffering on;" in conf
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in conf


def test_the_image_runs_without_rights_and_without_a_key():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER tracker" in lines
    assert not [line for line in lines if line.startswith(("ENV", "ARG")) and "SECRET" in line]


def test_the_image_gets_only_what_it_copies():
    copied = {
        part
        for line in (ROOT / "Dockerfile").read_text().splitlines()
        if line.startswith("COPY")
        for part in line.split()[1:-1]
    }
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)


def test_health_check_speaks_with_a_name_the_server_answers_to(monkeypatch):
    from tracker import healthcheck

    monkeypatch.setenv("ALLOWED_HOSTS", ".example.org, other")
    assert healthcheck.host() == "example.org"
    monkeypatch.setenv("ALLOWED_HOSTS", "*")
    assert healthcheck.host() == "localhost"


def test_health_check_says_why_it_fails(monkeypatch, capsys):
    from tests.postgres import free_port
    from tracker import healthcheck

    monkeypatch.setattr(healthcheck, "URL", f"http://127.0.0.1:{free_port()}/healthz")
    assert healthcheck.main() == 1
    assert "refused" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_health_check_passes_against_a_live_server(live_server, monkeypatch):
    from tracker import healthcheck

    monkeypatch.setattr(healthcheck, "URL", f"{live_server.url}/healthz")
    assert healthcheck.main() == 0


@pytest.mark.parametrize(
    ("trusted", "forwarded", "seen"),
    [(False, "203.0.113.9", "10.0.0.1"), (True, "203.0.113.9", "203.0.113.9"), (True, "", "10.0.0.1")],
)
def test_address_is_the_proxys_word_only_where_it_is_trusted(settings, rf, trusted, forwarded, seen):
    from tracker.clients import client_ip

    settings.TRUST_PROXY = trusted
    assert client_ip(rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)) == seen


def test_a_claimed_address_is_not_believed(settings, rf):
    from tracker.clients import client_ip

    settings.TRUST_PROXY = True
    assert client_ip(rf.get("/", HTTP_X_FORWARDED_FOR="1.2.3.4, 203.0.113.9")) == "203.0.113.9"


def test_the_proxy_compresses_pages():
    conf = (ROOT / "deploy" / "nginx.conf").read_text()
    assert {"gzip on;", "gzip_proxied any;", "gzip_vary on;"} <= {line.strip() for line in conf.splitlines()}
