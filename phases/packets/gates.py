"""Gates from a slice and from the phase-level map, merged by suite and text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from phases.packets.nodes import Mapping, Node, Sequence
from phases.packets.packet import Gate, GateKind, Suite
from phases.packets.values import Values, as_json

WRITABLE = (
    "quick, full, assess, closure, acceptance, full_if_triggered, mandatory_before_<slice> or"
    " mandatory_before_next"
)
_PLAIN = {
    suite.value: suite
    for suite in Suite
    if suite not in (Suite.EXTRA, Suite.PHASE_EXIT, Suite.MANDATORY_BEFORE)
}
_ORDER = {suite: number for number, suite in enumerate(Suite)}
_BEFORE = re.compile(r"mandatory_before(?:_(.+))?", re.IGNORECASE)
_ENTRY_KEYS = frozenset({"command", "attest", "text"})


@dataclass(slots=True)
class Draft:
    """A gate while its places are merged."""

    text: str
    kind: GateKind
    explicit: bool
    line: int
    extra: dict[str, Any]
    before: set[str] = field(default_factory=set)
    exit_suite: str = ""


@dataclass(slots=True)
class Spoken:
    """What one place (a slice or the phase-level map) says about the gates of one slice."""

    suites: dict[Suite, dict[str, Draft]] = field(default_factory=dict)
    places: dict[Suite, Node] = field(default_factory=dict)
    unknown: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, suite: Suite, draft: Draft) -> None:
        drafts = self.suites.setdefault(suite, {})
        known = drafts.setdefault(draft.text, draft)
        known.before |= draft.before
        if draft.explicit and not known.explicit:
            known.kind, known.explicit = draft.kind, True
        known.extra = {**draft.extra, **known.extra}


def count_gates(node: Node | None) -> int:
    """How many gates a map of suites or a list holds as written, read or not."""
    if isinstance(node, Mapping):
        return sum(count_gates(value) for _, value in node.pairs.values())
    return len(node.items) if isinstance(node, Sequence) else int(node is not None)


def read_suites(values: Values, node: Node | None, following: str) -> Spoken:
    """The suites of one slice; `following` is the code of the next slice in the file."""
    spoken = Spoken()
    entries = values.mapping(node, "gates", f"a map of suites ({WRITABLE}), each with a list")
    for name, (key, value) in entries.pairs.items() if entries else ():
        suite, before = _suite_of(name, following)
        if suite is None:
            _keep_unknown(values, spoken, name, key, value)
            continue
        spoken.places.setdefault(suite, key)
        if suite is Suite.MANDATORY_BEFORE:
            _check_before(values, before, key, name)
        for draft in read_gates(values, value, name, suite):
            draft.before.update(before)
            spoken.add(suite, draft)
    return spoken


def _suite_of(name: str, following: str) -> tuple[Suite | None, tuple[str, ...]]:
    word = name.strip().replace("-", "_").lower()
    if word in _PLAIN:
        return _PLAIN[word], ()
    found = _BEFORE.fullmatch(name.strip())
    if found is None:
        return None, ()
    code = found.group(1) or "next"
    if code.lower() == "next":
        return Suite.MANDATORY_BEFORE, (following,) if following else ()
    return Suite.MANDATORY_BEFORE, (code,)


def _check_before(values: Values, before: tuple[str, ...], key: Node, name: str) -> None:
    for code in before:
        values.places.put(values.index, "gates", code, key)
    if not before:
        message = (
            f"`{name}` stands in the last slice, so it holds up no slice; it is required when this one lands."
        )
        values.warning("nothing_next", message, key, "gates")


def _keep_unknown(values: Values, spoken: Spoken, name: str, key: Node, value: Node) -> None:
    kept = as_json(value)
    spoken.unknown[name] = kept if isinstance(kept, list) else [kept]
    message = (
        f"`{name}` is not a suite, so its gates are kept as written and NOT required. Suites are {WRITABLE}."
    )
    values.warning("unknown_suite", message, key, "gates")


def read_gates(values: Values, node: Node | None, field: str, suite: Suite) -> Iterable[Draft]:
    """The gates of one list: texts, `{command: ...}`, `{attest: ...}` or `{text: ...}`."""
    if isinstance(node, Mapping) and not _ENTRY_KEYS & node.pairs.keys():
        values.wrong_type(node, field, "a list of gates")
        return
    for item in values.items(node, field):
        explicit, extra, text_node = _entry(values, item, field)
        text = values.entry(text_node, field) if text_node is not None else ""
        if not text:
            if text_node is not None and not isinstance(text_node, Mapping):
                values.error(
                    "empty_gate", f"A gate of `{field}` has no text. Write it or remove it.", item, field
                )
            continue
        kind = explicit or (GateKind.COMMAND if " " in text else GateKind.ATTESTATION)
        if suite is Suite.ACCEPTANCE:
            if explicit is GateKind.COMMAND:
                message = (
                    f"`{text[:60]}` is written as a command, but acceptance is always attested by a person."
                )
                values.warning("acceptance_command", message, item, field)
            kind, explicit = GateKind.ATTESTATION, None
        yield Draft(text, kind, explicit is not None, item.line, extra)


def _entry(values: Values, item: Node, field: str) -> tuple[GateKind | None, dict[str, Any], Node | None]:
    if not isinstance(item, Mapping) or not _ENTRY_KEYS & item.pairs.keys():
        return None, {}, item
    named = [name for name in ("command", "attest", "text") if name in item.pairs]
    if len(named) > 1:
        values.error("two_gates", f"A gate says both `{named[0]}` and `{named[1]}`; write one.", item, field)
        return None, {}, None
    kind = {"command": GateKind.COMMAND, "attest": GateKind.ATTESTATION}.get(named[0])
    return kind, values.unknown(item, _ENTRY_KEYS, f"of a gate in `{field}`"), item.get(named[0])


def merge(values: Values, own: Spoken, phase: Spoken, codes: dict[str, int]) -> tuple[Gate, ...]:
    """The union of what the slice and the phase-level map say, in the order of the suites."""
    if phase.suites:
        for suite in own.suites.keys() & phase.suites.keys():
            _warn_disagreement(values, suite, own, phase)
        for suite, drafts in phase.suites.items():
            for draft in drafts.values():
                own.add(suite, draft)
    for name, kept in phase.unknown.items():
        present = own.unknown.setdefault(name, [])
        known = {_as_key(each) for each in present}
        present += [each for each in kept if _as_key(each) not in known]
    return tuple(
        gate
        for suite in sorted(own.suites, key=_ORDER.__getitem__)
        for gate in _in_order(suite, own.suites[suite].values(), codes)
    )


def _as_key(kept: Any) -> str:
    return json.dumps(kept, sort_keys=True)


def _in_order(suite: Suite, drafts: Iterable[Draft], codes: dict[str, int]) -> list[Gate]:
    last = len(codes)

    def place(code: str) -> tuple[int, str]:
        return codes.get(code, last), code

    gates = [
        Gate(
            suite=suite,
            text=draft.text,
            kind=draft.kind,
            explicit_kind=draft.explicit,
            before=tuple(sorted(draft.before, key=place)),
            line=draft.line,
        )
        for draft in drafts
    ]
    if suite is Suite.MANDATORY_BEFORE:
        gates.sort(key=lambda gate: place(gate.before[0]) if gate.before else (last + 1, ""))
    return gates


def _warn_disagreement(values: Values, suite: Suite, own: Spoken, phase: Spoken) -> None:
    mine, theirs = own.suites[suite], phase.suites[suite]
    here = [text for text in mine if text not in theirs]
    there = [text for text in theirs if text not in mine]
    differing = [text for text in mine if text in theirs and _differ(mine[text], theirs[text])]
    if not here and not there and not differing:
        return
    said = [f"only in the slice: {_quoted(here)}"] if here else []
    said += [f"only in the map: {_quoted(there)}"] if there else []
    said += [f"said differently: {_quoted(differing)}"] if differing else []
    here_at, there_at = own.places[suite], phase.places[suite]
    message = (
        f"{values.slice} {suite}: the slice (line {here_at.line}) and the gates map (line {there_at.line}) "
        f"disagree; {'; '.join(said)}. All of them are kept."
    )
    values.warning("gates_disagree", message, here_at, "gates")


def _differ(mine: Draft, theirs: Draft) -> bool:
    both_explicit = mine.explicit and theirs.explicit
    return mine.before != theirs.before or (both_explicit and mine.kind != theirs.kind)


def _quoted(texts: list[str]) -> str:
    more = f" and {len(texts) - 3} more" if len(texts) > 3 else ""
    return ", ".join(f"`{text[:80]}`" for text in texts[:3]) + more


def read_exit(values: Values, node: Node | None) -> tuple[tuple[Gate, ...], dict[str, Any]]:
    """The gates of `phase_exit`, by sub-suite or as one list, and what else they say, by text."""
    found: dict[str, Draft] = {}
    is_map = isinstance(node, Mapping) and not _ENTRY_KEYS & node.pairs.keys()
    lists = [(name, value) for name, (_, value) in node.pairs.items()] if is_map else [("", node)]  # type: ignore[union-attr]
    for name, value in lists:
        for draft in read_gates(values, value, name or "phase_exit", Suite.PHASE_EXIT):
            draft.exit_suite = name
            if draft.text in found:
                message = f"phase_exit names `{draft.text[:80]}` twice; it counts once."
                values.warning("repeated", message, value, "gates")
            found.setdefault(draft.text, draft)
    extras = {draft.text: draft.extra for draft in found.values() if draft.extra}
    return tuple(_exit_gate(draft) for draft in found.values()), extras


def _exit_gate(draft: Draft) -> Gate:
    return Gate(
        suite=Suite.PHASE_EXIT,
        text=draft.text,
        kind=draft.kind,
        explicit_kind=draft.explicit,
        exit_suite=draft.exit_suite,
        line=draft.line,
    )
