"""`manage.py import_packet PATH...`: import work breakdowns, or see what importing them would change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from phases.actions.imports import REJECTED, Preview
from phases.actions.intake import take_packet
from phases.errors import ActionError
from phases.management.answering import REFUSED, AnsweringCommand, Usage
from phases.packets import Problem, Reading, choose_initiative, quoted_line, read_packet
from phases.permissions import OPERATOR
from phases.shapes import packets_json

PATTERN = "*WORKBREAKDOWN.y*ml"
Json = dict[str, Any]


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
        """Read everything first, then import packet by packet."""
        readings = [(path, read_file(path)) for path in find_packets(options["paths"])]
        entries = []
        for path, reading in readings:
            entry = {**_imported(path, reading, options), "path": str(path)}
            entries.append(entry)
            self.say(_report(entry, reading, options["dry_run"]), options)
        if options["json"]:
            self.print_json(packets_json(entries))
        return REFUSED if any(entry["outcome"] == REJECTED for entry in entries) else 0


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
    """Read a packet's file; of one that is too large, no more than it takes to know so."""
    limit = settings.PACKET_MAX_BYTES
    try:
        with path.open("rb") as file:
            text = file.read(limit + 1)
    except OSError as error:
        raise Usage(f"{path} cannot be read: {error.strerror}.") from error
    return read_packet(text, file_name=path.name, max_bytes=limit)


def _imported(path: Path, reading: Reading, options: dict[str, Any]) -> Json:
    try:
        done = take_packet(
            actor=OPERATOR,
            reading=reading,
            initiative=_initiative(path, reading, options["initiative"]),
            file_name=path.name,
            declared=not options["no_declared"],
            dry_run=options["dry_run"],
            source="command",
        )
    except ActionError as error:
        refused = Preview(reading, path.name, "", reading.phase, REJECTED).as_json()
        refused["problems"].append(Problem("error", error.code, str(error)).as_json())
        return refused
    return done.as_json()


def _initiative(path: Path, reading: Reading, given: str) -> str:
    folder = path.resolve().parent
    if given or reading.initiative:
        return choose_initiative(reading, given=given)
    siblings = [read_file(each).initiative for each in sorted(folder.glob(PATTERN)) if each.name != path.name]
    return choose_initiative(reading, siblings=siblings, folder=folder.name)


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
