"""`manage.py report_gate INITIATIVE PHASE [SLICE] SUITE --outcome pass|fail`: record what gates did."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from phases.actions.asked import Report, Result
from phases.actions.runs import report_runs
from phases.lookups import current, get_phase
from phases.management.answering import REFUSED, AnsweringCommand, Usage
from phases.permissions import OPERATOR
from phases.rules.wording import short
from phases.shapes import reported_json
from phases.snapshot import load

MAX_READ = 64 * 2**20
"""Bytes of a log that are read; of these 256 KiB are kept."""


class Command(AnsweringCommand):
    """Without --gate the outcome speaks for every command gate of the suite, never for attestations."""

    help = (
        "Record the outcome of a gate, or of all command gates of a suite. "
        "SLICE is left out for phase_exit, and may be for extra. Exit 0: recorded, whatever the outcome."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """As section 9 of the design has them, and what the API takes besides."""
        parser.add_argument("initiative", metavar="INITIATIVE")
        parser.add_argument("phase", metavar="PHASE")
        parser.add_argument("slice", metavar="SLICE", nargs="?", default="")
        parser.add_argument("suite", metavar="SUITE")
        parser.add_argument("--outcome", required=True, choices=("pass", "fail"))
        parser.add_argument("--gate", default="", metavar="TEXT", help="text or key of the one gate meant")
        parser.add_argument("--revision", default="", metavar="SHA", help="the commit that it ran on")
        parser.add_argument(
            "--base", default="", metavar="SHA", help="the commit that changed files count from"
        )
        parser.add_argument(
            "--changed-file",
            nargs="*",
            action="extend",
            metavar="P",
            help="paths changed since the base; alone, it says that none did",
        )
        parser.add_argument("--branch", default="", metavar="NAME")
        parser.add_argument("--url", default="", metavar="U", help="where the run can be read")
        parser.add_argument(
            "--log", default="", metavar="FILE", help="what it printed; - reads it from stdin"
        )
        parser.add_argument("--note", default="", metavar="TEXT")
        parser.add_argument(
            "--key", default="", metavar="KEY", help="a repeated report with it records nothing"
        )
        self.add_json(parser)

    def run(self, options: dict[str, Any]) -> int:
        """Record, and say what each gate counts for now."""
        phase = get_phase(OPERATOR, options["initiative"], options["phase"])
        done = report_runs(actor=OPERATOR, phase=phase, report=_report(options), key=options["key"])
        answer = reported_json(done.runs, done.skipped, load(current(phase)))
        if options["json"]:
            self.print_json(answer)
        self.say(_said(answer, is_new=done.is_new), options)
        return 0 if done.runs else REFUSED


def _report(options: dict[str, Any]) -> Report:
    gate, outcome, files = options["gate"], options["outcome"], options["changed_file"]
    words = ("suite", "slice", "revision", "base", "branch", "url", "note")
    return Report(
        results=(Result(gate, outcome),) if gate else (),
        outcome="" if gate else outcome,
        changed_files=None if files is None else tuple(files),
        log=_log(options["log"]),
        **{word: options[word] for word in words},
    )


def _log(name: str) -> str:
    """The text of the log; bytes that are no UTF-8 show as such. Raises Usage where there is none."""
    if not name:
        return ""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MAX_READ + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(MAX_READ + 1)
    except OSError as error:
        raise Usage(f"The log {name} cannot be read: {error.strerror}.") from error
    if len(data) > MAX_READ:
        raise Usage(
            f"The log is longer than {MAX_READ // 2**20} MiB, and 256 KiB are kept: give its end alone."
        )
    return data.decode("utf-8", "replace")


def _said(answer: dict[str, Any], *, is_new: bool) -> Iterator[str]:
    if not is_new:
        yield "This report was recorded before; nothing was added."
    for run in answer["runs"]:
        where = " ".join(part for part in (run["slice"], run["suite"]) if part)
        at = f" at {short(run['revision'])}" if run["revision"] else ""
        yield f"{run['key']} {where} {run['outcome']}{at}: {run['gate']}"
        if run["state"] == "unmet":
            yield f"  {run['why']}"
    for text in answer["skipped"]:
        yield f"Left out, for a person to attest by name: {text}"
    if not answer["runs"]:
        yield "The suite has only attestations, so nothing was recorded."
