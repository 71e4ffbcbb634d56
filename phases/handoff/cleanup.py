"""The cleanup manifest: which documents close the phase, in which versions, and who vouched for the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from phases.packets.closure_names import HANDOFF, MANIFEST, READINESS, REPORT, ROLES, role_of
from phases.rules.artifacts import by_handoff
from phases.rules.state import GateState, LeafState, SliceState

from . import disagreements
from . import markdown as md
from .common import FILES, Data, gate_data, head, iso, opening
from .facts import Facts

WRITTEN = {
    MANIFEST: "cleanup_manifest",
    REPORT: "execution_report",
    READINESS: "next_phase_readiness",
    HANDOFF: "final_handoff",
}
"""Roles of the closing set that the handoff itself writes a document for."""

_WORDS = {"met": "attached", "unmet": "missing", "not_applicable": "not due", "": "attached"}
"""How a document stands, by the state of its requirement; one that nothing asks for is there."""

_CLEANUP = re.compile(r"clean[-_ ]?up", re.IGNORECASE)
_DIGEST = 12
"""Digits of a document's SHA-256 that a table shows; the JSON twin has all."""


def data(facts: Facts) -> Data:
    """What the manifest says, for programs."""
    expected = _expected(facts)
    extra = [path for path in facts.versions if path not in expected]
    return head(facts, "cleanup_manifest") | {
        "expected": [_document(facts, path, expected[path]) for path in sorted(expected)],
        "extra": [_document(facts, path, []) for path in extra],
        "attestations": [
            {"slice": item.code if item else "", **gate_data(facts, item, gate)}
            for item, gate in _attestations(facts)
        ],
        "closing_set": [_role(facts, role, sorted({*expected, *extra})) for role in ROLES],
        **disagreements.data(facts),
    }


def _expected(facts: Facts) -> dict[str, list[str]]:
    """By path the codes of the slices that the packet names it for."""
    found: dict[str, list[str]] = {}
    for item in facts.state.slices.values():
        for one in item.artifacts:
            found.setdefault(one.path, []).append(item.code)
    return found


def _document(facts: Facts, path: str, codes: list[str]) -> Data:
    leaf = facts.ready.leaves.get(f"artifact:{path}")
    version = facts.versions.get(path)
    return {
        "path": path,
        "role": role_of(path),
        "slices": codes,
        "by_handoff": version is None and by_handoff(path, facts.state.code),
        "state": leaf.state.value if leaf else "",
        "why": facts.ready.sentence(leaf) if leaf else "",
        "version": version
        and {
            "number": version["number"],
            "sha256": version["sha256"],
            "size": version["size"],
            "url": version["url"],
            "by": version["by"],
            "at": iso(version["at"]),
        },
    }


def _attestations(facts: Facts) -> Iterator[tuple[SliceState | None, GateState]]:
    """What people vouched for in the slices that document and clean up, and wherever it is named."""
    state = facts.state
    for item in state.slices.values():
        tidies = item.kind == "docs" or _CLEANUP.search(item.title) is not None
        for gate in item.gates:
            if gate.kind == "attestation" and (tidies or _CLEANUP.search(gate.text)):
                yield item, gate
    yield from ((None, gate) for gate in state.exit_gates if gate.kind == "attestation")


def _role(facts: Facts, role: str, paths: Iterable[str]) -> Data:
    named = [path for path in paths if role_of(path) == role]
    written = WRITTEN.get(role, "")
    return {
        "role": role,
        "attached": [path for path in named if path in facts.versions],
        "missing": [path for path in named if path not in facts.versions],
        "written": FILES[written].format(facts.state.code) if written else "",
    }


def summary(said: Data) -> str:
    """The manifest in a sentence."""
    others = [one for one in said["expected"] if not one["by_handoff"]]
    states = Counter(one["state"] for one in others)
    due = len(others) - states[LeafState.NOT_APPLICABLE]
    told = f"{states[LeafState.MET]} of {md.counted(due, 'expected document')} attached"
    told += f", {states[LeafState.WAIVED]} waived" if states[LeafState.WAIVED] else ""
    told += f", {states[LeafState.NOT_APPLICABLE]} not due" if states[LeafState.NOT_APPLICABLE] else ""
    written = len(said["expected"]) - len(others)
    told += f", {written} written by the handoff" if written else ""
    extra = f" {md.counted(len(said['extra']), 'document')} beside them." if said["extra"] else ""
    return f"{told if said['expected'] else 'The packet expects no document'}.{extra}"


def page(said: Data) -> Iterator[str]:
    """The manifest for people."""
    base = _common_folder([one["path"] for one in (*said["expected"], *said["extra"])])
    yield from opening(said, summary(said))
    if base:
        yield f"Paths are below {md.code(base)}."
        yield ""
    yield from md.heading(2, "Documents that the packet expects")
    heads = ["Document", "Slices", "State", "Version", "SHA-256 or address", "By", "At"]
    yield from md.table(heads, (_document_row(one, base) for one in said["expected"]), "None.")
    open_ones = [one["why"] for one in said["expected"] if one["state"] in ("unmet", "waived")]
    yield from md.bullets(md.text(sentence) for sentence in open_ones)
    yield from md.heading(2, "Other documents that were attached")
    yield from md.table(heads, (_document_row(one, base) for one in said["extra"]), "None.")
    yield from disagreements.section(said)
    yield from md.heading(2, "What people vouched for")
    rows = (_attested_row(one) for one in said["attestations"])
    yield from md.table(["Slice", "Attestation", "Result", "By", "At"], rows, "No attestation is asked for.")
    yield from md.heading(2, "The usual closing set")
    yield "What the packet does not name is shown here and not required."
    yield ""
    rows = (_role_row(one, base) for one in said["closing_set"])
    yield from md.table(["Document", "Standing", "Where"], rows)


def _common_folder(paths: Sequence[str]) -> str:
    """The folder that all of several documents are in, with a slash at its end; empty where there is none."""
    folders = [path.split("/")[:-1] for path in paths]
    if len(folders) < 2:
        return ""
    same = takewhile(lambda parts: len(set(parts)) == 1, zip(*folders, strict=False))
    return "".join(f"{parts[0]}/" for parts in same)


def _document_row(one: Data, base: str) -> list[str]:
    version = one["version"] or {}
    where = md.code(version["sha256"][:_DIGEST]) or md.link(version["url"]) if version else ""
    return [
        md.code(one["path"].removeprefix(base)),
        md.codes(one["slices"]),
        "written by the handoff" if one["by_handoff"] else _WORDS.get(one["state"], one["state"]),
        str(version.get("number", "")),
        where,
        md.text(version.get("by", "")),
        version.get("at", ""),
    ]


def _attested_row(one: Data) -> list[str]:
    result = one["result"].replace("_", " ")
    return [
        md.code(one["slice"]) or "phase exit",
        md.code(one["text"]),
        result,
        md.text(one["by"]),
        one["at"],
    ]


def _role_row(one: Data, base: str) -> list[str]:
    attached, missing = (
        md.codes(path.removeprefix(base) for path in one[name]) for name in ("attached", "missing")
    )
    if attached:
        return [one["role"], f"attached{f'; missing: {missing}' if missing else ''}", attached]
    if one["written"]:
        return [one["role"], "written by the handoff", f"[{one['written']}]({one['written']}.md)"]
    return [one["role"], "named, not attached" if missing else "not named, not required", missing]
