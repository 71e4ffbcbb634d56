"""`manage.py import_packet PATH...`: import work breakdowns, or see what importing them would change."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import CommandParser
from django.db import InterfaceError, OperationalError, ProgrammingError

from phases.actions.imports import REJECTED, Preview
from phases.actions.intake import take_packet
from phases.errors import ActionError
from phases.management.answering import FAULT, REFUSED, AnsweringCommand, Usage
from phases.packets import Problem, Reading, choose_initiative, quoted_line, read_packet
from phases.permissions import OPERATOR
from phases.shapes import packets_json

PATTERN = "*WORKBREAKDOWN.y*ml"
AWAY = (OperationalError, ProgrammingError, InterfaceError)
Json = dict[str, Any]
log = structlog.get_logger(__name__)


class Command(AnsweringCommand):
    """Each packet is imported whole or not at all; one that is refused does not hold up the others."""

    help = "Import work breakdowns. Exit 0: all taken. 1: one was refused, nothing of it written. 2: usage."

    def add_arguments(self, parser: CommandParser) -> None:
        """As section 9 of the design has them."""
        parser.add_argument(
            "paths", nargs="+", metavar="PATH", help=f"a work breakdown, or a folder of {PATTERN}"
        )
        parser.add_argument("--initiative", default="", metavar="SLUG", help="wins over what the packets say")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")
        parser.add_argument(
            "--no-declared",
            action="store_true",
            help="do not record slices through `as_landed_through` as landed by declaration",
        )
        self.add_json(parser)

    def run(self, options: dict[str, Any]) -> int:
        """Packet by packet; whatever befalls one of them, every other has its entry in the answer."""
        entries: list[Json] = []
        taken: dict[tuple[str, str], str] = {}
        for path in find_packets(options["paths"]):
            reading = _read_or_refuse(path)
            try:
                entry = _imported(path, reading, options, taken)
            except AWAY:
                if not entries:
                    raise  # There is no other packet yet whose entry could be lost.
                log.exception("import_failed", path=shown(path))
                text = "The database does not answer as it should; the log has more."
                entry = _refused(path, reading, "fault", text)
            except Exception as error:
                log.exception("import_failed", path=shown(path))
                text = f"This should not have happened ({type(error).__name__}: {error}); the log has more."
                entry = _refused(path, reading, "fault", text)
            entries.append(entry)
            self.say(_report(entry, reading, options["dry_run"]), options)
        if options["json"]:
            self.print_json(packets_json(entries))
        if any(problem["code"] == "fault" for entry in entries for problem in entry["problems"]):
            return FAULT
        return REFUSED if any(entry["outcome"] == REJECTED for entry in entries) else 0


def shown(path: Path | str) -> str:
    """A path as text that can be stored and printed, also where its name is not UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def find_packets(names: list[str]) -> list[Path]:
    """Files to import, each once. Raises Usage, before anything is read, where a name leads nowhere."""
    found: dict[Path, Path] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = sorted(each for each in path.glob(PATTERN) if each.is_file())
            if not inside:
                raise Usage(f"The folder {name} has no packet: a packet's file is named {PATTERN}.")
        elif path.is_file():
            inside = [path]
        else:
            raise Usage(f"There is no file or folder {name}.")
        for each in inside:
            found.setdefault(each.resolve(), each)
    return list(found.values())


def read_file(path: Path) -> Reading:
    """Read a packet's file; of one that is too large, no more than it takes to know so. Raises OSError."""
    limit = settings.PACKET_MAX_BYTES
    with path.open("rb") as file:
        text = file.read(limit + 1)
    return read_packet(text, file_name=shown(path.name), max_bytes=limit)


def _read_or_refuse(path: Path) -> Reading:
    try:
        return read_file(path)
    except OSError as error:
        text = f"The file cannot be read: {error.strerror}. Give the user of this command the right to."
        return Reading(None, (Problem("error", "unreadable", text),))


def _imported(path: Path, reading: Reading, options: Json, taken: dict[tuple[str, str], str]) -> Json:
    """`taken` says which file was the packet of an initiative's phase, so that no second one undoes it."""
    try:
        slug = _initiative(path, reading, options["initiative"])
        if reading.packet and (first := taken.setdefault((slug, reading.phase), shown(path))) != shown(path):
            text = (
                f"{first} is the packet of phase {reading.phase} in {slug} already. Import only one of them."
            )
            return _refused(path, reading, "same_phase", text)
        done = take_packet(
            actor=OPERATOR,
            reading=reading,
            initiative=slug,
            file_name=shown(path.name),
            declared=not options["no_declared"],
            dry_run=options["dry_run"],
            source="command",
        )
    except ActionError as error:
        return _refused(path, reading, error.code, str(error))
    return {**done.as_json(), "path": shown(path)}


def _refused(path: Path, reading: Reading, code: str, text: str) -> Json:
    entry = Preview(reading, shown(path), "", reading.phase, REJECTED).as_json()
    entry["problems"].append(Problem("error", code, text).as_json())
    return entry


def _initiative(path: Path, reading: Reading, given: str) -> str:
    folder = path.resolve().parent
    if given or reading.initiative:
        return choose_initiative(reading, given=given)
    siblings = [each for each in sorted(folder.glob(PATTERN)) if each.name != path.name]
    return choose_initiative(reading, siblings=map(_told_by, siblings), folder=shown(folder.name))


def _told_by(sibling: Path) -> str:
    try:
        return read_file(sibling).initiative
    except OSError:
        return ""


def _report(entry: Json, reading: Reading, dry_run: bool) -> Iterator[str]:
    would = "would be " if dry_run and entry["outcome"] not in ("unchanged", REJECTED) else ""
    place = " ".join(part for part in (entry["initiative"], entry["phase"]) if part)
    yield f"{entry['path']}: {would}{entry['outcome']}{f' ({place})' if place else ''}"
    for problem in entry["problems"]:
        yield from _problem(problem, reading)
    if entry["outcome"] == REJECTED:
        yield "  Nothing of it was written."
        return
    changes = entry["changes"]
    for word in ("added", "archived"):
        if codes := changes["slices"][word]:
            yield f"  {word}: {', '.join(codes)}"
    for code, fields in changes["slices"]["changed"].items():
        yield f"  changed: {code} ({', '.join(fields)})"
    if any(changes["gates"].values()):
        yield f"  gates: {changes['gates']['added']} added, {changes['gates']['archived']} archived"
    yield from (f"  {sentence}" for sentence in changes["consequences"])


def _problem(problem: Json, reading: Reading) -> Iterator[str]:
    line = f"line {problem['line']}, column {problem['column']}" if problem["line"] else ""
    slice = f"slice {problem['slice']}" if problem["slice"] else ""
    where = ", ".join(part for part in (line, slice, problem["field"]) if part)
    yield f"  {problem['level']}{f' at {where}' if where else ''}: {problem['message']}"
    if quoted := quoted_line(reading.text, problem["line"]):
        yield f"    | {quoted}"
