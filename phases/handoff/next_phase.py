"""Next-phase readiness: what whoever comes next takes over, has to watch, and must not take for granted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from phases.rules.freshness import Badge, evidence, why_not_applicable
from phases.rules.state import ConcernState, GateState, SliceState, Status

from . import disagreements
from . import markdown as md
from .common import (
    FILES,
    Data,
    gate_data,
    head,
    iso,
    missing,
    missing_list,
    opening,
    waivers_data,
    waivers_table,
)
from .facts import Facts

CARRIED_ON = "Carried on by the handoff of "
"""How the answer begins that the handoff itself gives to what it carries."""

_DOUBTFUL = (Badge.FAILED, Badge.STALE, Badge.LATE)


def data(facts: Facts) -> Data:
    """What the next phase is told, for programs."""
    state = facts.state
    going = [one for one in state.concerns if one.goes_on]
    concerns = {
        "handed_on": [one for one in going if one.id not in facts.taken],
        "handed_on_earlier": [one for one in going if one.id in facts.taken],
        "risks": [one for one in state.concerns if one.kind == "risk" and one.state == "open"],
        "accepted": [one for one in state.concerns if one.state == "accepted"],
    }
    return head(facts, "next_phase_readiness") | {
        **{name: list(map(_concern, rows)) for name, rows in concerns.items()},
        "deferred": [_deferred(facts, one) for one in state.slices.values() if one.status == Status.DEFERRED],
        "waivers": waivers_data(facts),
        "declared": [
            {"code": one.code, "title": one.title, "packet_revision": one.declared_in}
            for one in state.slices.values()
            if one.declared_in
        ],
        "accepted_findings": [
            _finding(facts, one.id)
            | {"key": one.key, "severity": one.severity, "title": one.title}
            | {"slice": one.about or one.slice, "owner": one.owner, "target": one.target}
            for item in state.slices.values()
            for one in item.findings
            if one.state == "accepted"
        ],
        "disorder": list(facts.ready.disorder),
        **disagreements.data(facts),
        "doubtful": [gate_data(facts, item, gate) for item, gate in _doubtful(facts)],
        "missing": missing(facts),
    }


def _concern(one: ConcernState) -> Data:
    return {
        "key": one.key,
        "kind": one.kind,
        "text": one.text,
        "owner": one.owner,
        "priority": one.priority,
        "slice": one.slice,
        "state": one.state,
        "answer": one.answer,
        "carried_from": one.carried_from,
        "from_packet": one.from_packet,
        "raised_by": one.raised_by,
        "raised_at": iso(one.raised_at),
    }


def _deferred(facts: Facts, item: SliceState) -> Data:
    rounds = facts.dispositions.get(item.code, ())
    last = rounds[-1] if rounds else None
    watched = [one for one in facts.state.concerns if last and one.deferral == last["id"]]
    return {
        "code": item.code,
        "title": item.title,
        "owner": item.owner,
        "by": last["by"] if last else "",
        "at": iso(last["at"] if last else item.since),
        "summary": last["summary"] if last else "",
        "criteria": list(item.criteria),
        "watchpoints": list(map(_concern, watched)),
    }


def _finding(facts: Facts, pk: int) -> Data:
    said = facts.answers.get(f"finding:{pk}/accept")
    return {"by": said.by, "rationale": said.after.get("rationale", "")} if said else {}


def _doubtful(facts: Facts) -> Iterator[tuple[SliceState | None, GateState]]:
    """Gates whose last run does not speak for the phase, waived ones too, and commands that fail."""
    state = facts.state
    places: list[tuple[SliceState | None, GateState]] = [
        (item, gate) for item in state.slices.values() for gate in item.gates
    ]
    places += [(None, gate) for gate in (*state.exit_gates, *state.extra_gates)]
    for item, gate in places:
        applies = gate.suite == "extra" or not why_not_applicable(state, item, gate)
        if applies and evidence(state, item, gate) in _DOUBTFUL:
            yield item, gate


def summary(said: Data) -> str:
    """What the next phase is told, in a sentence."""
    told = f"The next phase takes over {md.counted(len(said['handed_on']), 'concern')}."
    if earlier := len(said["handed_on_earlier"]):
        were = "was" if earlier == 1 else "were"
        told += f" {md.counted(earlier, 'concern').capitalize()} {were} carried on by an earlier handoff."
    counts = {
        "open risk": len(said["risks"]),
        "deferred decision": len(said["deferred"]),
        "accepted finding": len(said["accepted_findings"]),
    }
    known = [md.counted(count, word) for word, count in counts.items() if count]
    return f"{told} It should know of: {', '.join(known)}." if known else told


def page(said: Data) -> Iterator[str]:
    """The same for people."""
    yield from opening(said, summary(said))
    yield from missing_list(said)
    yield from md.heading(2, "What is handed on")
    if said["handed_on"]:
        yield "Each goes to the next phase by code that is open, now or once one is imported."
        yield "It has to be answered there before that phase can be handed off."
    else:
        yield "Nothing is handed on."
    yield ""
    yield from _concerns(said["handed_on"], "")
    if said["handed_on_earlier"]:
        yield from md.heading(2, "Carried on by an earlier handoff")
        yield "A later phase has these already; this handoff gives it nothing of them again."
        yield ""
        yield from _concerns(said["handed_on_earlier"], "")
    yield from md.heading(2, "Open risks")
    if said["risks"]:
        yield f"No handoff takes them along: they stay in phase {md.code(said['phase'])}."
        yield ""
    yield from _concerns(said["risks"], "No risk is open.")
    yield from md.heading(2, "Deferred decisions and what to watch")
    yield from _decisions(said["deferred"])
    yield from md.heading(2, "Accepted as they are")
    yield from md.table(
        ["Finding", "Severity", "Slice", "What", "Answers for it", "Why", "Target"],
        map(_finding_row, said["accepted_findings"]),
        "No finding was accepted.",
    )
    yield from _concerns(said["accepted"], "")
    yield from md.heading(2, "Waivers")
    yield from waivers_table(said["waivers"])
    yield from md.bullets(
        f"Packet revision {one['packet_revision']} declared {md.code(one['code'])} landed; "
        "what is missing of its evidence counts as waived."
        for one in said["declared"]
    )
    yield from md.heading(2, "Not to be taken for granted")
    found = map(md.text, [*said["disorder"], *(gate["why"] for gate in said["doubtful"])])
    manifest = FILES["cleanup_manifest"].format(said["phase"])
    doubts = [*found, *disagreements.pointer(said, manifest)]
    yield from md.bullets(doubts, "Nothing is stale, failed or out of order.")


def _concerns(rows: Iterable[Data], nothing: str) -> Iterator[str]:
    heads = ["Concern", "Kind", "Priority", "Owner", "Slice", "What", "From", "Note"]
    cells = (
        [
            md.code(one["key"]),
            one["kind"].replace("_", "-"),
            one["priority"],
            md.code(one["owner"]),
            md.code(one["slice"]),
            md.text(one["text"]),
            f"phase {md.code(one['carried_from'])}" if one["carried_from"] else md.text(_raised(one)),
            "" if one["answer"].startswith(CARRIED_ON) else md.text(one["answer"]),
        ]
        for one in rows
    )
    yield from md.table(heads, cells, nothing)


def _raised(one: Data) -> str:
    return "the packet" if one["from_packet"] else str(one["raised_by"])


def _decisions(rows: Iterable[Data]) -> Iterator[str]:
    found = list(rows)
    if not found:
        yield "No decision was deferred."
        yield ""
    for one in found:
        yield from md.heading(3, f"{md.code(one['code'])} {md.text(one['title'])}")
        by = f" by {md.text(one['by'])}" if one["by"] else ""
        yield f"Deferred{by} on {one['at']}; {md.code(one['owner'])} owns it."
        yield ""
        yield from md.quote(one["summary"])
        yield from md.bullets(f"Would be triggered by: {md.text(text)}" for text in one["criteria"])
        rows_of = (
            [md.code(w["key"]), md.text(w["text"]), md.code(w["owner"]), w["state"]]
            for w in one["watchpoints"]
        )
        yield from md.table(["Watchpoint", "What is watched for", "Owner", "State"], rows_of)


def _finding_row(one: Data) -> list[str]:
    return [
        md.code(one["key"]),
        one["severity"],
        md.code(one["slice"]),
        md.text(one["title"]),
        md.code(one["owner"]),
        md.text(one.get("rationale", "")),
        md.text(one["target"]),
    ]
