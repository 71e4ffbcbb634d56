"""A throw-away PostgreSQL for one command: ``python -m tests.postgres -- pytest tests/actions``.

The command gets DATABASE_URL. Without PostgreSQL on the machine the command does not run, a line says so,
and the exit code is 0; with REQUIRE_POSTGRES=1 it is 1.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

START_LIMIT_S = 30
STOP_LIMIT_S = 20
# Speed matters and nothing has to survive. 64 writers, two workers and their pools fit into 300.
OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300")


def find_binaries() -> Path | None:
    """The folder with initdb and postgres: of the highest version installed, else of PATH."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True
    )
    on_path = shutil.which("initdb")
    candidates = [*folders, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((f for f in candidates if (f / "initdb").exists() and (f / "postgres").exists()), None)


def runs_as() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as the user `postgres`, else as the present user."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def free_port() -> int:
    """A port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def postgres_server(binaries: Path) -> Iterator[str]:
    """Start a cluster in a temporary folder, give its DATABASE_URL, and remove everything afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tracker-postgres-"))
    account = runs_as()
    if account:
        os.chown(folder, account["user"], account["group"])
    port = free_port()
    try:
        _initialise(binaries, folder, account)
        server = _start(binaries, folder, port, account)
        try:
            _wait_until_ready(binaries, server, port, folder / "log")
            yield f"postgres://tracker@127.0.0.1:{port}/postgres"
        finally:
            _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(binaries: Path, folder: Path, account: dict[str, Any]) -> None:
    command: list[str | Path] = [
        binaries / "initdb",
        "-D",
        folder / "data",
        "-U",
        "tracker",
        "--auth=trust",
        "--no-sync",
    ]
    done = subprocess.run(
        [*command, "--encoding=UTF8", "--locale=C.UTF-8"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        **account,
    )
    if done.returncode:
        raise RuntimeError(f"initdb ended with {done.returncode}: {done.stderr.strip()}")


def _start(binaries: Path, folder: Path, port: int, account: dict[str, Any]) -> "subprocess.Popen[Any]":
    settings = [part for option in OPTIONS for part in ("-c", option)]
    command: list[str | Path] = [
        binaries / "postgres",
        "-D",
        folder / "data",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [*command, "-k", str(folder), *settings], cwd=folder, stdout=log, stderr=log, **account
        )


def _wait_until_ready(binaries: Path, server: "subprocess.Popen[Any]", port: int, log: Path) -> None:
    probe: list[str | Path] = [binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    deadline = time.monotonic() + START_LIMIT_S
    while subprocess.run(probe, check=False).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(
                f"PostgreSQL did not start within {START_LIMIT_S} s: {log.read_text()[-2000:]}"
            )
        time.sleep(0.1)


def _stop(server: "subprocess.Popen[Any]") -> None:
    # SIGINT asks for a fast shutdown: open sessions are ended, no checkpoint is waited for by clients.
    server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def main(arguments: list[str]) -> int:
    """Run the command after ``--`` against a fresh cluster; its exit code, or see the module's text."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        sys.stderr.write("usage: python -m tests.postgres -- COMMAND [ARGUMENT ...]\n")
        return 2
    binaries = find_binaries()
    if binaries is None:
        required = os.environ.get("REQUIRE_POSTGRES") == "1"
        consequence = (
            "and REQUIRE_POSTGRES=1 asks for it" if required else "so these tests were NOT run on it"
        )
        sys.stderr.write(f"PostgreSQL is not installed on this machine, {consequence}: {' '.join(command)}\n")
        return 1 if required else 0
    with postgres_server(binaries) as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
