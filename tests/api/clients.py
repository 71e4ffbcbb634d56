"""The client for machines as CI has it: its own process, a token, a checkout, and a tracker that may fail."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from phases.actions.tokens import create_token
from phases.models import Gate, GateRun, Phase
from phases.permissions import OPERATOR
from phases.views.client import SOURCE
from tests.factories import make_gate

__all__ = ["checkout", "ci", "gated", "gates", "stub", "stubbed"]

QUICK = ("run", "harbour", "C", "C0", "quick")

IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Builder"), ("EMAIL", "builder@example.org"))
}


@dataclass
class Checkout:
    """A git repository; `last` is its newest commit."""

    path: Path
    last: str = ""

    def git(self, *arguments: str) -> str:
        if shutil.which("git") is None:
            pytest.skip("git is not on this machine")
        environment = os.environ | IDENTITY | {"GIT_CONFIG_GLOBAL": os.devnull}
        command = ["git", "-C", str(self.path), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout

    def commit(self, **files: str) -> str:
        """A commit of these files, by name with `__` for the slash; its hash."""
        for name, text in files.items():
            self.write(name.replace("__", "/"), text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Work")
        self.last = self.git("rev-parse", "HEAD").strip()
        return self.last

    def write(self, name: str, text: str) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A repository on branch main with one commit."""
    found = Checkout(tmp_path / "checkout")
    found.path.mkdir()
    found.git("init", "--quiet", "--initial-branch", "main")
    found.commit(README="harbour")
    return found


@dataclass
class Machine:
    """Runs client.py in the checkout, knowing one tracker and one token."""

    url: str
    secret: str
    folder: Path

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start it with pipes."""
        if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
            # So a shell starts what runs in its background, and its children would ignore Ctrl-C too.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        known = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        known |= {"TRACKER_URL": self.url, "TRACKER_TOKEN": self.secret, "GIT_CONFIG_GLOBAL": os.devnull}
        return subprocess.Popen(
            [sys.executable, str(SOURCE), *arguments],
            cwd=self.folder,
            env=known | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )

    def __call__(
        self, *arguments: str, stdin: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run it to its end; whatever it does, it never tells the token."""
        process = self.start(*arguments, **environment)
        out, err = process.communicate(stdin, timeout=60)
        assert self.secret not in out + err
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def report(self, *arguments: str, **environment: str) -> Any:
        """Run it with --json; its one document."""
        return json.loads(self(*arguments, "--json", **environment).stdout)


@pytest.fixture
def ci(live_server: Any, checkout: Checkout) -> Callable[..., Machine]:
    """Makes a machine that knows the live server; by default it may read and report."""

    def make(*scopes: str) -> Machine:
        _, secret = create_token(actor=OPERATOR, name="ci", scopes=scopes or ("read", "gates"))
        return Machine(live_server.url, secret, checkout.path)

    return make


@pytest.fixture
def gates(live_server: Any, phase: Phase) -> Callable[..., list[Gate]]:
    """Gives C0 quick gates of these texts."""
    return lambda *texts: [make_gate(phase, "C0", text=text) for text in texts]


@pytest.fixture
def gated(live_server: Any, phase: Phase) -> Phase:
    """C0 and C1 with a quick gate each; C1 declares pier/."""
    make_gate(phase, "C0", text="echo well")
    make_gate(phase, "C1", text="echo well")
    phase.slices.filter(code="C1").update(files=["pier/"])
    return phase


def quick(machine: Machine, *more: str, code: str = "C0", **environment: str) -> tuple[str, GateRun]:
    """Run the quick suite of a slice; what it said, and the last run."""
    done = machine("run", "harbour", "C", code, "quick", *more, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout, GateRun.objects.order_by("seq")[GateRun.objects.count() - 1]


def runs(*fields: str) -> list[Any]:
    """These fields of every run, in order."""
    return list(GateRun.objects.order_by("seq").values_list(*fields))


@dataclass
class Stub:
    """A tracker made of ready answers: for each request the next (status, headers, body) of its method.

    The last answer of a method is given again and again. An answer of None hangs up.
    """

    answers: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    """Method, path, headers and JSON body of each request."""
    url: str = ""

    def next(self, method: str) -> Any:
        """The answer to the next request."""
        waiting = self.answers[method]
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def posts(self) -> list[tuple[str, str, dict[str, str], Any]]:
        """The reports that arrived."""
        return [each for each in self.asked if each[0] == "POST"]


def _serve(stub: Stub) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            stub.asked.append((self.command, self.path, dict(self.headers), json.loads(body or "null")))
            answer = stub.next(self.command)
            answer = answer(stub.asked[-1]) if callable(answer) else answer
            if answer is None:
                self.close_connection = True
                return
            status, headers, said = answer
            text = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(text)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_GET  # noqa: N815 http.server looks for this name

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def stub() -> Iterator[Callable[..., Stub]]:
    """Makes stubs: `stub(GET=[(200, {}, {...})])`."""
    servers = []

    def make(**answers: list[Any]) -> Stub:
        made = Stub(answers)
        servers.append(_serve(made))
        return made

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def stubbed(stub: Callable[..., Stub], checkout: Checkout) -> Callable[..., tuple[Stub, Machine]]:
    """Makes a stub, and a machine that knows it."""

    def make(**answers: list[Any]) -> tuple[Stub, Machine]:
        made = stub(**answers)
        return made, Machine(made.url, "pet_01234567_of-a-stub", checkout.path)

    return make
