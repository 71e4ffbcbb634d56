"""`manage.py import_packet PATH...`: import work breakdowns and folders, or see what that would change."""

from __future__ import annotations

from typing import Any

import structlog
from django.core.management.base import CommandParser
from django.db import InterfaceError, OperationalError, ProgrammingError

from phases.actions.folder_packets import accepted
from phases.actions.folder_uploads import keep_folder_history
from phases.actions.folders import import_folder, preview_folder, require_known
from phases.actions.imports import CREATED, REJECTED, UPDATED, Preview
from phases.actions.intake import take_packet
from phases.errors import ActionError
from phases.management.answering import FAULT, REFUSED, AnsweringCommand
from phases.management.reports import folder_lines, packet_lines
from phases.management.sources import PATTERN, PacketFolder, Source, find, shown
from phases.packets import Problem
from phases.permissions import OPERATOR
from phases.shapes import packets_json

AWAY = (OperationalError, ProgrammingError, InterfaceError)
Json = dict[str, Any]
log = structlog.get_logger(__name__)


class Command(AnsweringCommand):
    """Each packet is imported whole or not at all; what is refused does not hold up the rest."""

    help = (
        "Import work breakdowns, or a folder with its inventory and documents. "
        "Exit 0: all taken. 1: something was refused, nothing of that packet written. 2: usage."
    )

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
        """Part by part; whatever befalls one of them, every other has its entry in the answer."""
        packets: list[Json] = []
        folders: list[Json] = []
        taken: dict[tuple[str, str], str] = {}
        for found in find(options["paths"], options["initiative"]):
            for source in found.sources(options["initiative"]):
                packets.append(self._packet(source, options, taken, is_first=not packets))
            if isinstance(found, PacketFolder):
                folders.append(self._folder(found, options))
        if options["json"]:
            more: Json = (
                {"folders": folders} if len(folders) > 1 else {"folder": folders[0]} if folders else {}
            )
            self.print_json({**packets_json(packets), **more})
        problems = [problem for entry in (*packets, *folders) for problem in entry["problems"]]
        if any(problem.get("code") == "fault" for problem in problems):
            return FAULT
        return REFUSED if any(problem["level"] == "error" for problem in problems) else 0

    def _packet(
        self, source: Source, options: Json, taken: dict[tuple[str, str], str], *, is_first: bool
    ) -> Json:
        try:
            entry = _imported(source, options, taken)
        except AWAY:
            if is_first:
                raise  # There is no other packet yet whose entry could be lost.
            log.exception("import_failed", path=source.path)
            entry = _refused(source, "fault", _DATABASE)
        except Exception as error:
            log.exception("import_failed", path=source.path)
            entry = _refused(source, "fault", _said(error))
        self.say(packet_lines(entry, source.reading, options["dry_run"]), options)
        return entry

    def _folder(self, found: PacketFolder, options: Json) -> Json:
        path = shown(found.path)
        try:
            entry = {"path": path, **_folder_imported(found, options)}
        except ActionError as error:
            entry = _folder_refused(found, error.code, str(error))
            entry["problems"] += _noticed(found)
        except AWAY:
            log.exception("import_failed", path=path)
            entry = _folder_refused(found, "fault", _DATABASE)
        except Exception as error:
            log.exception("import_failed", path=path)
            entry = _folder_refused(found, "fault", _said(error))
        self.say(folder_lines(entry, options["dry_run"]), options)
        return entry


_DATABASE = "The database does not answer as it should; the log has more."


def _said(error: Exception) -> str:
    return f"This should not have happened ({type(error).__name__}: {error}); the log has more."


def _imported(source: Source, options: Json, taken: dict[tuple[str, str], str]) -> Json:
    """`taken` says which file was the packet of an initiative's phase, so that no second one undoes it."""
    reading, slug = source.reading, source.initiative
    try:
        if reading.packet and (first := taken.setdefault((slug, reading.phase), source.path)) != source.path:
            text = (
                f"{first} is the packet of phase {reading.phase} in {slug} already. Import only one of them."
            )
            return _refused(source, "same_phase", text)
        done = take_packet(
            actor=OPERATOR,
            reading=reading,
            initiative=slug,
            file_name=source.name,
            declared=not options["no_declared"],
            dry_run=options["dry_run"],
            source="command",
        )
    except ActionError as error:
        return _refused(source, error.code, str(error))
    return {**done.as_json(), "path": source.path}


def _refused(source: Source, code: str, text: str) -> Json:
    entry = Preview(source.reading, source.path, "", source.reading.phase, REJECTED).as_json()
    entry["problems"].append(Problem("error", code, text).as_json())
    return entry


def _folder_imported(found: PacketFolder, options: Json) -> Json:
    if options["dry_run"]:
        packets = accepted(found.packets, found.initiative)
        require_known(found.initiative, packets)
        would = preview_folder(
            actor=OPERATOR, folder=found.folder, initiative=found.initiative, packets=packets
        )
        return would.as_json()
    done = import_folder(actor=OPERATOR, folder=found.folder, initiative=found.initiative)
    if done.outcome in (CREATED, UPDATED):
        keep_folder_history(actor=OPERATOR, source="command", done=done)
    return done.as_json()


def _noticed(found: PacketFolder) -> list[Json]:
    """What is wrong with the files of a folder that is refused as a whole."""
    return preview_folder(actor=OPERATOR, folder=found.folder, initiative=found.initiative).problems


def _folder_refused(found: PacketFolder, code: str, text: str) -> Json:
    problem = {"path": "", "line": 0, "message": text, "level": "error", "code": code}
    counts = dict.fromkeys(("documents", "missing", "unlisted", "routes", "decisions"), 0)
    about = {"path": shown(found.path), "name": found.folder.name, "initiative": found.initiative}
    return {**about, "outcome": REJECTED, **counts, "versions": [], "problems": [problem]}
