"""A real server on loopback: memory of its worker, and 64 writers at once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.packets.big import big_packet
from tests.postgres import free_port

from .measure import Line

WRITERS = 64
ROUNDS = 4
START_LIMIT_S = 30
SLICES = 8


class Server:
    """One gunicorn worker with threads, over a database of its own."""

    def __init__(self, folder: Path) -> None:
        url = os.environ.get("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        settings = {"DATABASE_URL": url, "DEBUG": "0", "SECRET_KEY": "x" * 60, "ENV_FILE": os.devnull}
        self.env = {**os.environ, **settings, "INSECURE_HTTP": "1", "LOG_LEVEL": "ERROR"}
        self.env["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
        self.log = folder / "server.log"
        self.port = free_port()
        self.manage("migrate", "--no-input", "--verbosity=0")
        self.manage("collectstatic", "--no-input", "--verbosity=0")
        self.token = self.manage(
            "create_token", f"bench-{self.port}", "--scope", "import,slices,read"
        ).strip()

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, env=self.env, check=True, stdout=subprocess.PIPE, text=True).stdout

    @contextmanager
    def running(self) -> Iterator[int]:
        """The process id of the worker."""
        options = ["--bind", f"127.0.0.1:{self.port}", "--workers=1", "--threads=8", "--log-level=error"]
        gunicorn = [sys.executable, "-m", "gunicorn", *options, "tracker.wsgi"]
        with self.log.open("wb") as log:
            process = subprocess.Popen(gunicorn, env=self.env, stderr=log)
        try:
            deadline = time.monotonic() + START_LIMIT_S
            while self.call("GET", "/healthz")[0] != 200:
                if time.monotonic() > deadline:
                    raise RuntimeError("gunicorn did not answer in time")
                time.sleep(0.1)
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            yield int(children[0])
        finally:
            process.terminate()
            process.wait(20)

    def call(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> tuple[int, Any]:
        """Status and JSON of one request; status 0 where nobody answers."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                text = response.read()
                return response.status, json.loads(text) if text[:1] in b"{[" else None
        except urllib.error.HTTPError as refusal:
            return refusal.code, None
        except OSError:
            return 0, None


def lines() -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        with server.running() as worker:
            _import(server, "big", big_packet())
            # One gate each, of the suite full: nothing that a move to and fro has to show again.
            _import(server, "small", re.sub(r"depends_on: .*", "depends_on: []", big_packet(SLICES, 1)))
            for _ in range(20):
                server.call("GET", "/api/v1/initiatives/small/phases/Z")
            yield Line("memory of a worker after an import of 2 MiB, MiB", _peak_mib(worker), 200, "")
            answers = _write_all_at_once(server)
            yield Line(f"answers of 500 and more to {WRITERS} writers", _failed(answers), 0, "")
            yield Line("acknowledged changes that the ledger lacks", _lost(server, answers), 0, "")
            yield Line("ledgers that do not verify", _unverified(server), 0, "")
        sys.stdout.write(f"      {WRITERS} writers met {dict(sorted(answers.items()))}\n")


def _import(server: Server, initiative: str, text: str) -> None:
    status, _ = server.call(
        "POST", f"/api/v1/packets?initiative={initiative}", text.encode(), "application/yaml"
    )
    assert status in (200, 201), status


def _peak_mib(pid: int) -> float:
    peak = next(
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return int(peak.split()[1]) / 1024


def _write_all_at_once(server: Server) -> Counter[int]:
    with ThreadPoolExecutor(WRITERS) as pool:
        return Counter(pool.map(lambda n: _move(server, n % SLICES), range(WRITERS * ROUNDS)))


def _move(server: Server, number: int) -> int:
    path = f"/api/v1/initiatives/small/phases/Z/slices/Z{number}"
    status, row = server.call("GET", path)
    if status != 200:
        return status
    to = "candidate" if row["status"] == "in_progress" else "in_progress"
    body = {"to": to, "version": row["version"], "note": "all at once"}
    return server.call("POST", f"{path}/status", json.dumps(body).encode())[0]


def _failed(answers: Counter[int]) -> int:
    return sum(count for status, count in answers.items() if status >= 500 or status == 0)


def _lost(server: Server, answers: Counter[int]) -> int:
    seen, after = 0, 0
    while True:
        _, page = server.call("GET", f"/api/v1/initiatives/small/events?after={after}")
        if not page["items"]:
            return answers[200] - seen
        seen += sum(1 for event in page["items"] if event["verb"] in ("start", "candidate", "send_back"))
        after = page["items"][-1]["seq"]


def _unverified(server: Server) -> int:
    report = json.loads(server.manage("verify_ledger", "small", "--json"))
    return sum(1 for ledger in report["initiatives"] if not ledger["holds"])
