"""The execution report: what was done, in order, by whom, and which gates prove it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from phases.rules.state import SliceState
from phases.rules.transitions import WORDS
from phases.rules.wording import short

from . import markdown as md
from .common import Data, gate_data, head, iso, opening, waivers_data, waivers_table
from .facts import Facts

_DONE = ("landed", "deferred")
_GREEN = ("passed", "not_applicable")


def data(facts: Facts) -> Data:
    """What the report says, for programs."""
    state = facts.state
    return head(facts, "execution_report") | {
        "slices": [_slice(facts, item) for item in state.slices.values()],
        "phase_exit": [gate_data(facts, None, gate) for gate in state.exit_gates],
        "other_commands": [gate_data(facts, None, gate) for gate in state.extra_gates],
        "waivers": waivers_data(facts),
    }


def _slice(facts: Facts, item: SliceState) -> Data:
    move = facts.moves.get(item.code)
    return {
        "code": item.code,
        "title": item.title,
        "kind": item.kind,
        "status": item.status.value,
        "decision": item.decision.value,
        "declared_in": item.declared_in,
        "owner": item.owner,
        "backup": item.backup,
        "branch": item.branch,
        "pull_request": item.pull_request,
        "since": iso(item.since),
        "by": move.by if move else "",
        "gates": [gate_data(facts, item, gate) for gate in item.gates],
    }


def summary(said: Data) -> str:
    """The report in a sentence."""
    statuses = Counter(one["status"] for one in said["slices"])
    done = [f"{statuses['landed']} of {md.counted(len(said['slices']), 'slice')} landed"]
    done += [f"{statuses['deferred']} deferred"] if statuses["deferred"] else []
    gates = [gate for _, gate in _gates(said) if gate["suite"] != "extra"]
    results = Counter(gate["result"] for gate in gates)
    due = len(gates) - results["not_applicable"]
    proved = f"{results['passed']} of {md.counted(due, 'gate')} green"
    proved += f", {results['waived']} waived" if results["waived"] else ""
    return f"{', '.join(done)}; {proved if due else 'the packet asks for no gate'}."


def _gates(said: Data) -> Iterator[tuple[str, Data]]:
    for one in said["slices"]:
        yield from ((one["code"], gate) for gate in one["gates"])
    yield from (("", gate) for gate in said["phase_exit"])
    yield from (("", gate) for gate in said["other_commands"])


def page(said: Data) -> Iterator[str]:
    """The report for people."""
    yield from opening(said, summary(said))
    yield from md.heading(2, "Slices, in order")
    heads = ["Slice", "Title", "Kind", "Status", "Since", "By", "Owner", "Branch and pull request"]
    yield from md.table(heads, map(_slice_row, said["slices"]), "The packet names no slice.")
    found = list(_gates(said))
    yield from md.heading(2, "Gates")
    heads = ["Slice", "Suite", "Gate", "Result", "Revision", "Reported by", "At"]
    yield from md.table(heads, (_gate_row(code, gate) for code, gate in found), "No gate was declared.")
    open_ones = [gate["why"] for _, gate in found if gate["result"] not in _GREEN]
    if open_ones:
        yield from md.heading(2, "Gates that are not green")
        yield from md.bullets(md.text(sentence) for sentence in open_ones)
    yield from md.heading(2, "Waivers")
    yield from waivers_table(said["waivers"])


def _slice_row(one: Data) -> list[str]:
    status = WORDS[one["status"]]
    if one["declared_in"]:
        status += f", as packet revision {one['declared_in']} declares"
    elif one["decision"] == "triggered":
        status += ", triggered"
    places = [md.code(one["branch"]), md.link(one["pull_request"]) if one["pull_request"] else ""]
    owner = md.code(one["owner"]) + (f", backup {md.code(one['backup'])}" if one["backup"] else "")
    return [
        md.code(one["code"]),
        md.text(one["title"]),
        one["kind"],
        status,
        one["since"],
        md.text(one["by"]),
        owner,
        " ".join(filter(None, places)),
    ]


def _gate_row(code: str, gate: Data) -> list[str]:
    by = md.text(gate["by"])
    if gate["source"] not in ("person", "operator", ""):
        by += f" ({gate['source']})"
    return [
        md.code(code),
        gate["suite"].replace("_", " "),
        md.code(gate["text"]),
        gate["result"].replace("_", " "),
        md.code(short(gate["revision"])),
        by,
        gate["at"],
    ]
