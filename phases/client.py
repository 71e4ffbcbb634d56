#!/usr/bin/env python3
"""Runs gates and reports them to the phase tracker, and asks it what is ready.

One file for Python 3.9 or newer, nothing to install. Where the tracker is and who you are stand in the
environment, never on the command line: TRACKER_URL (https://tracker.example.org) and TRACKER_TOKEN.

`run` executes on this machine, in a shell, what the packet on the tracker says. Point it only at a
tracker whose packets you trust; `run --dry-run` shows what would run, and runs nothing.

Exit codes: 0 all passed, done or ready; 1 some failed, refused or not ready; 2 wrong usage, uncommitted
files or something unknown; 3 could not be computed or reported; 130 stopped by Ctrl-C (or SIGTERM).
"""

from __future__ import annotations

import argparse
import contextlib
import email.utils
import http.client
import inspect
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any, NamedTuple, TextIO
from urllib.parse import quote, urlencode, urlsplit

FAILED, USAGE, FAULT, STOPPED = 1, 2, 3, 130
REQUEST_S, GRACE_S, POLL_S, IDLE_S = 60, 5.0, 2.0, 30.0
LOG_HEAD, LOG_TAIL = 84 * 1024, 168 * 1024
"""Bytes that are kept of a log; together with the mark between them less than the tracker's 256 KiB."""
MAX_FILES, MAX_PATH = 5_000, 1_000
BUSY = (429, 502, 503, 504)
HIDDEN = {"TRACKER_TOKEN", "GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_COMMON_DIR"} | {
    "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_PREFIX", "GIT_NAMESPACE",
    "GIT_INTERNAL_SUPER_PREFIX",
}  # fmt: skip
"""What neither git nor a gate sees: the token, and the repository that a hook of git would send them to."""
SUBMODULE = "160000"
"""The mode of a submodule in a tree of git."""
NO_TRACKER = "What answered is no tracker. Is TRACKER_URL right?"
Json = Any


class Problem(Exception):
    """Why it cannot go on, with the exit code and the error object, the tracker's own where it gave one.

    `wait` is how many seconds to wait before another try is of use; None where none is.
    """

    def __init__(self, message: str, code: int, *, error: Json = None, wait: float | None = None) -> None:
        super().__init__(message)
        self.code, self.wait = code, wait
        self.error = error or {
            "code": "usage" if code == USAGE else "fault",
            "message": message,
            "fields": {},
        }


def plain(text: object) -> str:
    """Text of others without the characters that a terminal would obey."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(text))


def put(text: str, stream: TextIO | None = None) -> None:
    """Write a line. Where the reader left (`| head`) or the disk is full, the work still goes on."""
    stream = stream or sys.stdout
    try:
        stream.write(f"{text}\n")
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """The token goes to the address that was given, and nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Leaves the redirect to be refused as the error that it is."""


class Tracker:
    """The API of one tracker. While it is away or busy it is asked again, for `patience` seconds at most."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.base, self.token = (
            os.environ.get(name, "").strip() for name in ("TRACKER_URL", "TRACKER_TOKEN")
        )
        for name, value in (("TRACKER_URL", self.base), ("TRACKER_TOKEN", self.token)):
            if not value:
                raise Problem(f"{name} is not set. The environment names the tracker and your token.", USAGE)
            if not re.fullmatch("[!-~]+", value):
                raise Problem(f"{name} holds characters that do not belong there.", USAGE)
        try:
            found = urlsplit(self.base)
            host = found.hostname if found.scheme in ("http", "https") and "@" not in found.netloc else ""
        except ValueError:
            host = ""
        if not host:
            raise Problem("TRACKER_URL is not an address such as https://tracker.example.org.", USAGE)
        if found.scheme == "http" and not re.fullmatch(r"localhost|127(\.\d+){3}|::1", host):
            put(f"WARNING: the token goes to {host} over plain http. Use https.", sys.stderr)
        self.opener = urllib.request.build_opener(NoRedirects)

    def ask(self, *where: str, query: Json = None, body: Json = None, key: str = "") -> Json:
        """The answer of GET, or of POST where there is a body. Raises Problem for a refusal."""
        url = "/".join([self.base.rstrip("/"), "api/v1", *(quote(part, safe="") for part in where)])
        url += f"?{urlencode(query)}" if query else ""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if body is not None:
            # The same key with every try, so that an answer that was lost leaves one run, not two.
            headers.update({"Content-Type": "application/json", "Idempotency-Key": key or str(uuid.uuid4())})
        data = None if body is None else json.dumps(body).encode()
        until, pause = time.monotonic() + self.patience, 0.5
        while True:
            try:
                return self.once(urllib.request.Request(url, data, headers))  # noqa: S310 looked at above
            except Problem as problem:
                wait = max(pause, problem.wait or 0)
                if problem.wait is None or time.monotonic() + wait > until:
                    raise
                put(f"{plain(problem)} Trying again in {wait:g} s.", sys.stderr)
            time.sleep(wait)
            pause *= 2

    def once(self, asked: urllib.request.Request) -> Json:
        """One try."""
        try:
            with self.opener.open(asked, timeout=REQUEST_S) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise refusal(error, posted=asked.data is not None) from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            wait = None if isinstance(reason, ssl.SSLCertVerificationError) else 0.0
            raise Problem(f"The tracker does not answer: {reason}.", FAULT, wait=wait) from None
        except ValueError:
            raise Problem(NO_TRACKER, FAULT) from None


def refusal(error: urllib.error.HTTPError, *, posted: bool) -> Problem:
    """What the tracker, or a proxy before it, answered instead of what was asked for."""
    said, status = {}, error.code
    with contextlib.suppress(ValueError, LookupError, TypeError, OSError, http.client.HTTPException):
        said = dict(json.load(error)["error"])
    message = said.get("message") or f"The tracker answered {status} {error.reason}."
    if 300 <= status < 400:
        message = (
            f"It redirects to {error.headers['Location']}. Set TRACKER_URL to the address that is meant."
        )
    invalid = status in (400, 404) or said.get("code") == "invalid"
    refused = posted and status in (403, 409, 422)
    code = USAGE if invalid else FAILED if refused else FAULT
    wait = seconds(error.headers.get("Retry-After", "")) if status in BUSY else None
    return Problem(str(message), code, error=said, wait=wait)


def seconds(retry_after: str) -> float:
    """What `Retry-After` asks for: a number of seconds, or a date."""
    with contextlib.suppress(ValueError):
        return float(retry_after)
    with contextlib.suppress(ValueError, TypeError):
        return email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time()
    return 0.0


class Log:
    """What a gate prints: its beginning and its end; the rest is counted and forgotten."""

    def __init__(self) -> None:
        self.head, self.tail, self.size = bytearray(), bytearray(), 0

    def add(self, data: bytes) -> None:
        """Take some more."""
        room = LOG_HEAD - len(self.head)
        self.size += len(data)
        self.head += data[:room]
        self.tail += data[room:]
        if len(self.tail) > 2 * LOG_TAIL:
            del self.tail[:-LOG_TAIL]

    def text(self) -> str:
        """The text to report."""
        tail = self.tail[-LOG_TAIL:]
        cut = self.size - len(self.head) - len(tail)
        mark = f"\n\n[… {cut} bytes of {self.size} were cut out here …]\n\n" if cut else ""
        return (self.head + mark.encode() + tail).decode(errors="replace")


def environment() -> dict[str, str]:
    """What git and the gates see of the environment: DIR alone says which repository is meant."""
    return {name: value for name, value in os.environ.items() if name not in HIDDEN}


def git(folder: str, *arguments: str) -> str:
    """What git says. Raises LookupError with its own words, and the remedy that it names, where it cannot."""
    command = ["git", "--no-optional-locks", "-C", folder, "-c", "diff.relative=false", *arguments]
    env = {**environment(), "LC_ALL": "C"}
    try:
        done = subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL, env=env)  # noqa: S603
    except OSError as error:
        raise LookupError(f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").splitlines() or ["git failed"]
        remedies = [f"; run: {line.strip()}" for line in said[1:] if "--add safe.directory" in line]
        raise LookupError("".join(said[:1] + remedies[:1]))
    return done.stdout.decode("utf-8", "surrogateescape")


def changed(root: str, last: str, head: str) -> set[str]:
    """Files in which two commits differ, renamed ones by both names. Raises LookupError where unknown.

    It compares the two trees, so it holds on another branch and on an older commit too.
    """
    if not re.fullmatch("[0-9a-fA-F]{7,64}", last):
        raise LookupError("the tracker knows no commit yet to compare with")
    try:
        git(root, "cat-file", "-e", f"{last}^{{commit}}")
    except LookupError:
        raise LookupError(f"{last[:12]}, the tracker's newest, is not here (a shallow clone?)") from None
    return differing(root, last, head)


def differing(folder: str, old: str, new: str) -> set[str]:
    """Names that differ between two trees; where a submodule moved, also those of the files inside it."""
    how = ("--raw", "--no-abbrev", "--no-renames", "--ignore-submodules=none", "-z")
    names, empty = set(), git(folder, "hash-object", "-t", "tree", os.devnull).strip()
    for was, now, *ends, name in re.findall(
        r":(\d+) (\d+) (\w+) (\w+) \w+\0([^\0]+)\0", git(folder, "diff", *how, old, new, "--")
    ):
        names.add(name)
        if SUBMODULE in (was, now):
            two = (ends[at] if mode == SUBMODULE else empty for at, mode in enumerate((was, now)))
            try:
                names |= {f"{name}/{inner}" for inner in differing(f"{folder}/{name}", *two)}
            except LookupError as error:
                raise LookupError(f"in the submodule {name}, {error}") from None
    return names


def uncommitted(root: str) -> dict[str, list[str]]:
    """What git's status tells of each file that differs from the commit, `?` of untracked ones.

    The client itself, downloaded into the checkout, is none of them.
    """
    how = ("--porcelain=v2", "--no-renames", "--untracked-files=all", "--ignore-submodules=none", "-z")
    found = {}
    for entry in filter(None, git(root, "status", *how).split("\0")):
        *about, name = entry.split(" ", {"1": 8, "u": 10}.get(entry[0], 1))
        if about != ["?"] or Path(root, name).resolve() != Path(__file__).resolve():
            found[name] = about
    return found


def checkout(
    asked: argparse.Namespace, last: str, *, is_first: bool
) -> tuple[dict[str, Any], str, list[str]]:
    """What git knows: fields of a report, what its note must say, and remarks for whoever watches.

    `last` is the newest revision that the tracker knows, since which files count as changed. Raises Problem
    where it is unclear what a result would be of; untracked files that the gates before made are only told.
    """
    if asked.dry_run:
        return {}, "", []
    if asked.without_revision:
        note = "reported without a revision"
        return {}, note, [f"WARNING: {note}, so it counts for the newest that the tracker knows."]
    unknown = "Changed files are not reported and count as unknown:"
    try:
        root = git(asked.cwd, "rev-parse", "--show-toplevel").rstrip("\n")
        head = git(root, "log", "-1", "--no-show-signature", "--format=%H").strip()
        dirty = uncommitted(root)
    except LookupError as error:
        if asked.revision:
            return {"revision": asked.revision}, "its revision was typed", [f"{unknown} {plain(error)}."]
        remedy = "Name the commit with --revision SHA, or count for the newest known with --without-revision."
        raise Problem(f"No revision can be read: {error}. {remedy}", FAULT) from None
    if not head.startswith(asked.revision.lower()):
        raise Problem(f"--revision is {asked.revision}, but {root} is at {head}.", USAGE)
    names = ", ".join(plain(name) for name in sorted(dirty)[:3]) + (", ..." if len(dirty) > 3 else "")
    note = f"not of {head[:7]} alone, uncommitted in the work tree: {names} ({len(dirty)} in all)"
    if not asked.allow_dirty and any(is_first or about != ["?"] for about in dirty.values()):
        remedy = "Commit, stash (git stash -u) or ignore them, or give --allow-dirty to have it noted."
        raise Problem(f"A result here is {note}. {remedy}", USAGE)
    remarks = [f"WARNING: {note}. The report says so, and counts them as changed."] if dirty else []
    about: dict[str, Any] = {"revision": head}
    with contextlib.suppress(LookupError):
        about["branch"] = git(root, "symbolic-ref", "--quiet", "--short", "HEAD").strip()
    try:
        if inner := [name for name, said in dirty.items() if SUBMODULE in said or name.endswith("/")]:
            raise LookupError(f"{inner[0]} is a repository of its own, with uncommitted changes")
        files = sorted(changed(root, last, head) | set(dirty))
        if len(files) > MAX_FILES or not all(name.isprintable() and len(name) <= MAX_PATH for name in files):
            raise LookupError(f"{len(files)} files, or the names of some, are more than a report takes")
        about.update(base=last, changed_files=files)
    except LookupError as error:
        remarks.append(f"{unknown} {plain(error)}.")
    return about, note if dirty else "", remarks


class Stop:
    """The first Ctrl-C or SIGTERM ends the gate, which is still reported; another ends all waiting."""

    asked = False

    def __init__(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.on_signal)

    def on_signal(self, number: int, _: object) -> None:
        """Take note of the signal."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


class Ran(NamedTuple):
    """How a command ended; `note` says why it did not pass, `took` is in seconds."""

    passed: bool
    note: str
    took: float
    log: Log


def execute(command: str, folder: str, timeout: float | None, stop: Stop, stream: TextIO) -> Ran:
    """Run the command through the shell, in a process group of its own, its output streamed as it is."""
    log, began, why = Log(), time.monotonic(), ""
    process = subprocess.Popen(  # noqa: S602 gates are shell text
        command, shell=True, cwd=folder, env=environment(), start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    reader = threading.Thread(target=copy, args=(process, log, stream), daemon=True)
    reader.start()
    while process.poll() is None and not why:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
            break
        took = time.monotonic() - began
        if stop.asked:
            why = f"interrupted after {took:.1f} s"
        elif timeout is not None and took >= timeout:
            why = f"timed out after {timeout:g} s"
    took = time.monotonic() - began
    with contextlib.suppress(KeyboardInterrupt):
        if why:
            end(process)
        reader.join(GRACE_S)
        if reader.is_alive():
            # Something in the background holds the output open, and would print into the next gate's.
            end(process)
            reader.join(GRACE_S)
    return Ran(not why and process.returncode == 0, why or ending(process.returncode), took, log)


def copy(process: subprocess.Popen[bytes], log: Log, stream: TextIO) -> None:
    """Everything that the process prints, to the stream and to the log."""
    pipe = process.stdout
    last = b"\n"
    while pipe and (data := os.read(pipe.fileno(), 65_536)):
        log.add(data)
        last = data
        with contextlib.suppress(OSError):
            stream.buffer.write(data)
            stream.flush()
    if not last.endswith(b"\n"):
        put("", stream)


def end(process: subprocess.Popen[bytes]) -> None:
    """End the whole process group: asked first, and killed where it has not ended after a grace."""
    with contextlib.suppress(OSError):
        try:
            os.killpg(process.pid, signal.SIGTERM)
            until = time.monotonic() + GRACE_S
            while time.monotonic() < until:
                process.poll()
                os.killpg(process.pid, 0)
                time.sleep(0.05)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def ending(status: int) -> str:
    """Why a command did not pass: `exit status 2`, `killed by SIGKILL`."""
    if status == 0:
        return ""
    number = -status if status < 0 else status - 128
    name = signal.Signals(number).name if number in set(signal.Signals) else ""
    if status < 0:
        return f"killed by {name or f'signal {number}'}"
    return f"exit status {status}" + (f", as after {name}" if name else "")


def phase_of(asked: argparse.Namespace) -> list[str]:
    """Where the phase is in the API."""
    return ["initiatives", asked.initiative, "phases", asked.phase]


def title(asked: argparse.Namespace) -> str:
    """What a report is about: `D1 quick`, `D phase_exit`."""
    return plain(f"{asked.slice or asked.phase} {asked.suite}")


def chosen(phase: Json, asked: argparse.Namespace) -> tuple[list[Json], list[str]]:
    """The command gates to run, and the attestations of the suite, which are left to a person."""
    suite, gate = asked.suite, asked.gate.strip()
    slices = {item["code"]: item["gates"] for item in phase["slices"]}
    if suite == "phase_exit" and asked.slice:
        raise Problem("The phase exit belongs to the phase: leave the slice out.", USAGE)
    if asked.slice not in slices and (asked.slice or suite not in ("phase_exit", "extra")):
        raise Problem(f"Name a slice of phase {asked.phase}: {', '.join(slices)}.", USAGE)
    if suite == "extra":
        # Their texts come from reports, not from the packet: only what is typed here is run.
        if not gate:
            raise Problem("Name the command with --gate: the packet asks for none in the suite extra.", USAGE)
        return [{"key": gate, "text": gate}], []
    every = slices[asked.slice] if suite != "phase_exit" else phase["exit_gates"]
    word, _, before = suite.partition("_before_")
    if before:
        suite, after = f"{word}_before", list(slices)[list(slices).index(asked.slice) + 1 :]
        before = before if before != "next" else next(iter(after), "no slice")
    gates = [each for each in every if each["suite"] == suite and (not before or before in each["before"])]
    if not gates:
        has = ", ".join(sorted({each["suite"] for each in every} - {"extra"})) or "no gate at all"
        raise Problem(f"{title(asked)}: there is no such suite. There is {has}.", USAGE)
    if gate:
        texts = ", ".join(f"`{each['text']}`" for each in gates)
        gates = [each for each in gates if gate in (each["key"], each["text"].strip())]
        if not gates:
            raise Problem(f"{title(asked)} has no gate `{gate}`. It has {texts}.", USAGE)
    commands = [each for each in gates if each["kind"] == "command"]
    if gate and not commands:
        raise Problem(f"{title(asked)}: a person attests `{gate}`; it cannot be run.", USAGE)
    return commands, [each["text"] for each in gates if each["kind"] != "command"]


def run(tracker: Tracker, asked: argparse.Namespace) -> int:
    """Run the command gates of a suite, and report each as soon as it has ended.

    THIS EXECUTES ON THIS MACHINE, in a shell in DIR, what the packet on the tracker says. Point it
    only at a tracker whose packets you trust; --dry-run shows what would run, and runs nothing.
    The revision and the changed files are read from git; where that cannot be, or files are not committed,
    nothing is run. Gates see neither TRACKER_TOKEN nor GIT_DIR and its like.
    """
    stream = sys.stderr if asked.json else sys.stdout
    if not Path(asked.cwd).is_dir():
        raise Problem(f"{asked.cwd} is no folder. --cwd names the checkout to run in.", USAGE)
    phase = tracker.ask(*phase_of(asked))
    gates, skipped = chosen(phase, asked)
    stop, said, codes = Stop(), [""], {0}
    results: list[Json] = []
    for number, gate in enumerate(gates, 1):
        try:
            about, note, remarks = checkout(asked, phase["last_revision"] or "", is_first=not results)
        except Problem as problem:
            if not results:
                raise
            put(f"NOT RUN: {plain(problem)}", sys.stderr)
            codes.add(problem.code)
            break
        if stop.asked:
            break
        for remark in remarks if remarks != said else []:
            put(remark, stream)
        said, label = remarks, f"[{number}/{len(gates)}]"
        put(f"{label} {title(asked)}: {plain(gate['text'])}", stream)
        if asked.dry_run:
            continue
        ran = execute(gate["text"], asked.cwd, asked.timeout, stop, stream)
        ended = f"{'passed' if ran.passed else 'failed'} in {ran.took:.1f} s"
        put(f"{label} {ended}{f': {ran.note}' if ran.note else ''}", stream)
        about.update({name: getattr(asked, name) for name in ("branch", "url") if getattr(asked, name)})
        about["note"] = "; ".join(filter(None, (ran.note, note)))
        result, code = hand_in(tracker, asked, gate, ran, about)
        results.append(result)
        codes |= {code, 0 if ran.passed else FAILED}
        if code in (FAILED, USAGE) or (asked.fail_fast and not ran.passed):
            break
    sum_up(asked, results, [each["text"] for each in gates[len(results) :]], skipped, stream)
    if not gates:
        put("Nothing ran: the suite has only attestations, which a person vouches for.", sys.stderr)
        codes.add(FAILED)
    return STOPPED if stop.asked else FAULT if FAULT in codes else FAILED if any(codes) else 0


def hand_in(
    tracker: Tracker, asked: argparse.Namespace, gate: Json, ran: Ran, about: Json
) -> tuple[Json, int]:
    """Report one result; where that fails, print it, so that it is not lost. With the exit code."""
    outcome = "pass" if ran.passed else "fail"
    result = {"gate": gate["key"], "outcome": outcome, "duration_ms": round(ran.took * 1000)}
    body = {"slice": asked.slice, "suite": asked.suite, **about}
    entry = {**body, **result, "gate": gate["text"], "error": None}
    body["results"] = [{**result, "log": ran.log.text()}]
    try:
        (stored,) = tracker.ask(*phase_of(asked), "gate-runs", body=body)["runs"]
        if ran.passed and stored["state"] == "unmet":
            put(f"It does not count: {plain(stored['why'])}", sys.stderr)
    except (Problem, KeyboardInterrupt, LookupError, TypeError, ValueError) as error:
        said = "Reporting was interrupted." if isinstance(error, KeyboardInterrupt) else NO_TRACKER
        problem = error if isinstance(error, Problem) else Problem(said, FAULT)
        entry["error"] = problem.error
        put(f"NOT REPORTED: {plain(problem)} The result:\n{json.dumps(entry)}", sys.stderr)
        return entry, problem.code
    return entry, 0


def sum_up(
    asked: argparse.Namespace, results: list[Json], left: list[str], skipped: list[str], stream: TextIO
) -> None:
    """Say what came of a run."""
    passed = sum(each["outcome"] == "pass" for each in results)
    put(f"{passed} passed, {len(results) - passed} failed, {len(left)} not run.", stream)
    for text in skipped:
        put(f"Skipped, a person attests it: {plain(text)}", stream)
    if asked.json:
        where = {name: getattr(asked, name) for name in ("initiative", "phase", "slice", "suite")}
        put(json.dumps({**where, "results": results, "not_run": left, "skipped": skipped}, indent=2))


def read_log(name: str) -> Log:
    """What a file holds; `-` is standard input."""
    log = Log()
    try:
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as file:
            while data := file.read(65_536):
                log.add(data)
    except OSError as error:
        raise Problem(f"{name} cannot be read: {error.strerror}.", USAGE) from None
    return log


def report(tracker: Tracker, asked: argparse.Namespace) -> int:
    """Report the outcome of a gate, or of all command gates of a suite; 0 when it is recorded."""
    names = ("slice", "suite", "outcome", "gate", "revision", "base", "branch", "url", "note")
    body = {name: getattr(asked, name) for name in names if getattr(asked, name)}
    if asked.changed_file is not None:
        body["changed_files"] = asked.changed_file
    if asked.log:
        body["log"] = read_log(asked.log).text()
    said = tracker.ask(*phase_of(asked), "gate-runs", body=body, key=asked.key)
    recorded = 0 if said["runs"] else FAILED
    if asked.json:
        put(json.dumps(said, indent=2))
        return recorded
    for each in said["runs"]:
        put(plain(f"{each['key']} {title(asked)} {each['outcome']}: {each['gate']}"))
        if each["state"] == "unmet":
            put(f"  {plain(each['why'])}")
    if not said["runs"]:
        put("The suite has only attestations, so nothing was recorded.")
    for text in said["skipped"]:
        put(f"Skipped, a person attests it: {plain(text)}")
    return recorded


def ready(tracker: Tracker, asked: argparse.Namespace) -> int:
    """What can start now, and why the rest cannot."""
    query = {"phase": asked.phase} if asked.phase else None
    said = tracker.ask("initiatives", asked.initiative, "ready", query=query)
    if asked.json:
        put(json.dumps(said, indent=2))
        return 0
    put("Can start now:" if said["ready"] else "Nothing can start now.")
    for turn in said["ready"]:
        also = "".join(f"; {collision(each)}" for each in turn["collisions"])
        put(plain(f"  {turn['phase']} {turn['slice']} {turn['owner']}{also}"))
    if said["waiting"]:
        put("Waiting:")
    for turn in said["waiting"]:
        put(plain(f"  {turn['phase']} {turn['slice']} {turn['owner']}: {turn['why']}"))
    return 0


def collision(found: Json) -> str:
    """Which slice under work declares the same files."""
    first, *more = found["paths"]
    others = f" and {len(more)} more path{'s' * (len(more) > 1)}" if more else ""
    return f"collides with {found['slice']} on {first}{others}"


def readiness(tracker: Tracker, asked: argparse.Namespace) -> int:
    """The verdict on a phase: 0 for ready, 1 for not ready."""
    query = [*([("at", asked.at)] if asked.at else []), *(("assume", key) for key in asked.assume)]
    said = tracker.ask(*phase_of(asked), "readiness", query=query)
    verdict, counts = said["verdict"], said["counts"]
    if verdict not in ("ready", "not_ready"):
        raise Problem(f"The tracker answered no verdict but {verdict!r}.", FAULT)
    if asked.json:
        put(json.dumps(said, indent=2))
        return int(verdict == "not_ready")
    numbers = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
    be = "would be" if "assumed" in said else "was" if asked.at else "is"
    found = verdict.replace("_", " ") + (f" at {said['at']}" if asked.at else "")
    put(plain(f"Phase {said['phase']} of {said['initiative']} {be} {found}: {numbers}."))
    if said["handed_off"]:
        put(plain("It was handed off by {by} at {at}.".format(**said["handed_off"])))
    for sentence in said["disorder"]:
        put(plain(sentence))
    for heading, now in (("Possible then:" if asked.at else "Now:", True), ("Then:", False)):
        steps = [step for step in said["way_to_ready"] if step["now"] is now]
        if steps:
            put(heading)
        for step in steps:
            about = " ".join(filter(None, (step["verb"], step["slice"], step["owner"])))
            put(plain(f"  {about}: {step['why']} ({step['key']})"))
    return int(verdict == "not_ready")


def events(tracker: Tracker, asked: argparse.Namespace) -> int:
    """Entries of the ledger, one a line; with --follow also those to come."""
    after, pause = asked.after, POLL_S
    while True:
        said = tracker.ask("initiatives", asked.initiative, "events", query={"after": after})
        for each in said["items"]:
            after = each["seq"]
            where = "/".join(filter(None, (each["phase"], each["slice"])))
            words = (after, each["at"], each["actor"], each["verb"], where, each["target"], each["note"])
            # Not by `put`: without a reader there is nothing left to do.
            sys.stdout.write((json.dumps(each) if asked.json else plain(" ".join(map(str, words)))) + "\n")
            sys.stdout.flush()
        if said["next"] is None:
            if not asked.follow:
                return 0
            pause = POLL_S if said["items"] else min(2 * pause, IDLE_S)
            time.sleep(pause)


def duration(text: str) -> float:
    """A number of seconds greater than zero."""
    with contextlib.suppress(ValueError):
        if 0 < float(text) < threading.TIMEOUT_MAX:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text} is not a number of seconds")


def add_suite(one: argparse.ArgumentParser) -> None:
    """What `run` and `report` have in common."""
    one.add_argument("phase", metavar="PHASE")
    one.add_argument("slice", metavar="SLICE", nargs="?", default="", help="leave it out for phase_exit")
    one.add_argument("suite", metavar="SUITE", help="quick, full, ..., phase_exit; or extra with --gate")
    one.add_argument(
        "--gate", metavar="TEXT", default="", help="one gate of the suite, by its text or its key"
    )
    one.add_argument("--branch", default="", help="name of the branch")
    one.add_argument("--url", default="", help="address of the CI job")


def add_run(one: argparse.ArgumentParser) -> None:
    """The arguments of `run`."""
    add_suite(one)
    one.add_argument("--cwd", metavar="DIR", default=".", help="the checkout to run in (the current folder)")
    one.add_argument("--timeout", metavar="SECONDS", type=duration, help="most time for one gate (no limit)")
    of = one.add_mutually_exclusive_group()
    of.add_argument("--revision", metavar="SHA", default="", help="the commit, where git cannot tell it")
    of.add_argument("--without-revision", action="store_true", help="count for the newest that is known")
    one.add_argument("--allow-dirty", action="store_true", help="run in spite of uncommitted files; noted")
    one.add_argument("--dry-run", action="store_true", help="show what would run; run and report nothing")
    more = one.add_mutually_exclusive_group()
    more.add_argument("--keep-going", action="store_true", help="run all, whatever fails (the default)")
    more.add_argument("--fail-fast", action="store_true", help="stop at the first that fails")


def add_report(one: argparse.ArgumentParser) -> None:
    """The arguments of `report`."""
    add_suite(one)
    one.add_argument("--outcome", choices=("pass", "fail"), required=True)
    one.add_argument("--revision", metavar="SHA", default="", help="the commit that it is for")
    one.add_argument(
        "--changed-file",
        metavar="P",
        nargs="*",
        action="extend",
        help="files changed since --base; alone: none",
    )
    one.add_argument("--base", metavar="SHA", default="", help="by default the phase's previous revision")
    one.add_argument("--log", metavar="FILE", help="what it printed; - for standard input")
    one.add_argument("--note", default="", help="a sentence to go with it")
    one.add_argument("--key", default="", help="a repeated report with the same key records nothing")


def add_ready(one: argparse.ArgumentParser) -> None:
    """The arguments of `ready`."""
    one.add_argument("phase", metavar="PHASE", nargs="?", default="")


def add_readiness(one: argparse.ArgumentParser) -> None:
    """The arguments of `readiness`."""
    one.add_argument("phase", metavar="PHASE")
    one.add_argument("--at", metavar="ISO", default="", help="as of that moment: 2026-03-01T09:00:00Z")
    one.add_argument("--assume", metavar="KEY", action="append", default=[], help="as if this leaf were met")


def add_events(one: argparse.ArgumentParser) -> None:
    """The arguments of `events`."""
    one.add_argument("--after", metavar="SEQ", type=int, default=0, help="only entries later than this one")
    one.add_argument("--follow", action="store_true", help="wait for more, until Ctrl-C")


COMMANDS = {run: add_run, report: add_report, ready: add_ready, readiness: add_readiness, events: add_events}


def parse(arguments: list[str]) -> argparse.Namespace:
    """What was asked for; leaves with exit code 2 and a hint where that cannot be."""
    shape = argparse.RawDescriptionHelpFormatter
    top = argparse.ArgumentParser(prog="client.py", description=__doc__, formatter_class=shape)
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for do, add in COMMANDS.items():
        about = inspect.getdoc(do) or ""
        one = commands.add_parser(
            do.__name__, help=about.splitlines()[0], description=about, formatter_class=shape
        )
        one.set_defaults(do=do)
        one.add_argument("initiative", metavar="INITIATIVE")
        add(one)
        one.add_argument("--json", action="store_true", help="JSON on stdout; everything else goes to stderr")
        one.add_argument(
            "--patience", metavar="SECONDS", type=duration, default=120.0,
            help="how long to try again while the tracker does not answer (120)",
        )  # fmt: skip
    # So that options may stand between SLICE and SUITE; the top parser does not know how.
    known = commands.choices.get(arguments[0]) if arguments else None
    return known.parse_intermixed_args(arguments[1:]) if known else top.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Do what was asked, and answer the exit code."""
    # A closed stream is None: as an error of its own it would end with 1, as if that were a verdict.
    nowhere = Path(os.devnull).open("w")  # noqa: SIM115 open until the end
    sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    asked = parse(arguments)
    try:
        return int(asked.do(Tracker(asked.patience), asked))
    except Problem as error:
        problem = error
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        # Never the exit code 1 of a traceback, which would say "failed" or "not ready".
        problem = Problem(f"This should not have happened ({type(error).__name__}: {error}).", FAULT)
    put(f"client.py: {plain(problem)}", sys.stderr)
    for leaf in problem.error.get("unmet") or []:
        put(plain(f"  {leaf['key']}: {leaf['why']}"), sys.stderr)
    if asked.json:
        put(json.dumps({"error": problem.error}, indent=2))
    return problem.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
