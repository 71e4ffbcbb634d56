"""What a redaction takes out of a run: its own words, its changed files, its log, its gate's text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from phases.models import Gate, GateRun, Log
from phases.packets.packet import Suite

from .texts import REDACTED


class RunTexts(NamedTuple):
    """What of a run can be taken away."""

    fields: Mapping[str, Any] = {}
    """Columns of its row, as they will stand."""
    log: Log | None = None
    gate: Gate | None = None

    def __bool__(self) -> bool:
        return bool(self.fields or self.log or self.gate)


def texts_of(run: GateRun) -> RunTexts:
    """What of the run there is to take away: its words, its files, its log, the text of its extra gate."""
    fields: dict[str, Any] = {
        name: REDACTED for name in ("note", "url", "branch") if getattr(run, name) not in ("", REDACTED)
    }
    if run.files and run.files != [REDACTED]:
        fields["files"] = [REDACTED]
    log = run.log if run.log and not run.log.redacted else None
    is_gone = run.gate.suite != Suite.EXTRA or run.gate.text == REDACTED
    return RunTexts(fields, log, None if is_gone else run.gate)


def redact_run(run: GateRun, gone: RunTexts) -> dict[str, Any]:
    """What the ledger will say of it: the digests of the log and of the gate's text that went."""
    GateRun.objects.filter(pk=run.pk).update(redacted=True, **gone.fields)
    if gone.log:
        Log.objects.filter(pk=gone.log.pk).update(text="", redacted=True)
    if gone.gate:
        Gate.objects.filter(pk=gone.gate.pk).update(text=REDACTED)
    # Of a log that was gone before, this run says so too: it is the entry that its page shows.
    said: dict[str, Any] = {"log": [run.log.digest] if run.log else []}
    return said | ({"gate": gone.gate.digest} if gone.gate else {})
