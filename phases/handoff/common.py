"""What every document of a handoff says: whose it is, what it was written from, and the verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from phases.packets.packet import Suite
from phases.rules.freshness import badge, evidence, why
from phases.rules.state import GateState, Leaf, LeafState, Outcome, SliceState
from phases.rules.wording import label, short

from . import markdown as md
from .facts import Facts

Data = dict[str, Any]

TITLES = {
    "execution_report": "Execution report",
    "review_summary": "Review summary",
    "cleanup_manifest": "Cleanup manifest",
    "next_phase_readiness": "Next-phase readiness",
    "final_handoff": "Final handoff",
}
"""The documents, in the order in which they are listed, with their titles."""

FILES = {
    "execution_report": "PHASE_{}_EXECUTION_REPORT",
    "review_summary": "PHASE_{}_REVIEW_SUMMARY",
    "cleanup_manifest": "PHASE_{}_CLEANUP_MANIFEST",
    "next_phase_readiness": "PHASE_{}_NEXT_PHASE_READINESS",
    "final_handoff": "FINAL_PHASE_{}_HANDOFF",
}
"""Their names without ending; the braces stand for the phase's code."""


def iso(at: dt.datetime | None) -> str:
    """A moment in UTC, to the second; empty where there is none."""
    return f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}" if at else ""


def head(facts: Facts, kind: str) -> Data:
    """What every document begins with."""
    state, signed = facts.state, facts.signature
    return {
        "document": kind,
        "initiative": state.initiative,
        "phase": state.code,
        "title": state.title,
        "packet": {
            "revision": facts.packet["number"],
            "sha256": facts.packet["sha256"],
            "file": facts.packet["file_name"],
            "imported_by": facts.packet["imported_by"],
        },
        "ledger": {"seq": facts.seq - 1, "head": facts.head},
        "as_of": iso(state.moment),
        "draft": signed is None,
        "handoff": signed
        and {"number": signed.number, "by": signed.by, "at": iso(signed.at), "note": signed.note},
        "verdict": facts.ready.verdict,
        "counts": dict(facts.ready.counts),
    }


def missing(facts: Facts) -> list[Data]:
    """The way to ready: what is unmet, in the order in which it can be done."""
    return [leaf_data(facts, step.leaf) | {"now": step.is_now} for step in facts.ready.way]


def leaf_data(facts: Facts, leaf: Leaf) -> Data:
    """A requirement with its sentence, as page and API say it."""
    return {
        "key": leaf.key,
        "state": leaf.state.value,
        "title": leaf.title,
        "why": facts.ready.sentence(leaf),
        "slice": leaf.slice,
        "owner": leaf.owner,
        "verb": leaf.verb,
    }


def gate_data(facts: Facts, item: SliceState | None, gate: GateState) -> Data:
    """A gate with what it shows and its latest run."""
    run = gate.run
    is_extra = gate.suite == Suite.EXTRA
    return {
        "key": gate.key,
        "suite": gate.suite,
        "text": gate.text,
        "kind": gate.kind,
        "result": (evidence if is_extra else badge)(facts.state, item, gate).value,
        "why": _why_extra(item, gate) if is_extra else why(facts.state, item, gate),
        "outcome": run.outcome if run else "",
        "revision": run.revision if run else "",
        "by": run.by if run else "",
        "source": run.source if run else "",
        "at": iso(run.at) if run else "",
    }


def _why_extra(item: SliceState | None, gate: GateState) -> str:
    """Of a command that no packet asks for what its last run said."""
    run = gate.run
    if run is None:
        return f"{label(item, gate)} has no run that counts."
    at = f" at {short(run.revision)}" if run.revision else ""
    word = "passed" if run.outcome == Outcome.PASS else "failed"
    return f"{label(item, gate)} {word}{at}, reported by {run.by}; no packet asks for it."


def waivers_data(facts: Facts) -> list[Data]:
    """Every waiver that stands, by key."""
    leaves = facts.ready.leaves
    return [
        {
            "key": key,
            "slice": one.slice,
            "title": leaves[key].title if key in leaves else "",
            "reason": one.reason,
            "by": one.by,
            "at": iso(one.at),
            "is_needed": key in leaves and leaves[key].state == LeafState.WAIVED,
        }
        for key, one in sorted(facts.state.waivers.items())
    ]


def waivers_table(rows: Iterable[Data]) -> Iterator[str]:
    """The same for people."""
    cells = (
        [
            md.code(row["slice"]),
            md.text(row["title"]) or md.code(row["key"]),
            md.text(row["reason"]) + ("" if row["is_needed"] else " (met by now)"),
            md.text(row["by"]),
            row["at"],
        ]
        for row in rows
    )
    yield from md.table(["Slice", "Requirement", "Reason", "Waived by", "At"], cells, "Nothing is waived.")


def verdict(data: Mapping[str, Any]) -> str:
    """The verdict in one sentence."""
    counts = data["counts"]
    settled = f"{md.counted(counts['met'], 'requirement')} met"
    settled += f", {counts['waived']} waived" if counts["waived"] else ""
    settled += f", {counts['not_applicable']} not applicable" if counts["not_applicable"] else ""
    if data["verdict"] == "ready":
        return f"**Ready:** {settled}."
    return f"**Not ready:** {md.counted(counts['unmet'], 'requirement')} missing, {counts['met']} met."


def opening(data: Mapping[str, Any], summary: str) -> Iterator[str]:
    """Title, verdict, who handed off or that nobody has, and what the document comes to."""
    yield from md.heading(1, f"Phase {md.text(data['phase'])}: {TITLES[data['document']].lower()}")
    signed = data["handoff"]
    if signed:
        again = f" (handoff {signed['number']})" if signed["number"] > 1 else ""
        yield f"{verdict(data)} Handed off by {md.text(signed['by'])} on {signed['at']}{again}."
    else:
        yield f"**Draft: not handed off.** {verdict(data)}{_where_missing(data)}"
    yield ""
    yield summary
    yield ""


def _where_missing(data: Mapping[str, Any]) -> str:
    if data["verdict"] == "ready" or "missing" in data:
        return ""
    name = f"{FILES['next_phase_readiness'].format(data['phase'])}.md"
    return f" What, and whose turn it is, stands in [{TITLES['next_phase_readiness']}]({name})."


def missing_list(data: Mapping[str, Any]) -> Iterator[str]:
    """The way to ready for people; nothing once the phase is ready."""
    if not data["missing"]:
        return
    yield from md.heading(2, "What is missing, in order")
    rows = (
        [str(number), md.code(row["slice"]), md.text(row["why"])]
        for number, row in enumerate(data["missing"], 1)
    )
    yield from md.table(["", "Slice", "What, and who acts next"], rows)


def closing(data: Mapping[str, Any]) -> Iterator[str]:
    """Where the document comes from, and where else to look."""
    packet, ledger, code = data["packet"], data["ledger"], data["phase"]
    yield from md.heading(2, "Where this comes from")
    title = f", {md.text(data['title'])}" if data["title"] else ""
    file = f" ({md.code(packet['file'])})" if packet["file"] else ""
    others = [
        f"[{title}]({FILES[kind].format(code)}.md)"
        for kind, title in TITLES.items()
        if kind != data["document"]
    ]
    yield from md.bullets(
        [
            f"Phase {md.code(code)}{title}, of the initiative {md.code(data['initiative'])}",
            f"Packet revision {packet['revision']}{file}, SHA-256 {md.code(packet['sha256']) or 'unknown'}",
            f"Ledger up to entry {ledger['seq']}, head {md.code(ledger['head']) or '(empty)'}",
            f"The same for programs: {md.code(FILES[data['document']].format(code) + '.json')}",
            f"Beside it: {', '.join(others)}",
        ]
    )
