"""Closure documents in JSON: scan results, and what else says the same as the Markdown ones."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from phases.packets.closure_facts import (
    Closure,
    FindingRead,
    GateRead,
    ReferenceRead,
    TextRead,
    TriggerRead,
    VerdictRead,
)
from phases.packets.closure_lines import LONGEST_QUOTE, MOST
from phases.packets.closure_lists import document_in
from phases.packets.closure_words import words_of

_VERDICTS = ("disposition", "final_disposition", "verdict", "posture", "decision", "readiness", "state")
_KEYS = frozenset({*_VERDICTS, "triggered", "severity", "command", "blockers", "blocking_items"})
_SEVERITIES = ("blocking", "high", "medium", "low")
_STATES = ("open", "fixed", "confirmed", "accepted")
_OUTCOMES = {"pass": "pass", "passed": "pass", "fail": "fail", "failed": "fail"}
_NAMES = ("id", "criterion", "name", "code", "decision")
_STRING = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"(\s*+:)?', re.S)
_LINE = re.compile(r"\r\n|\n|\r")


class _Told(NamedTuple):
    """A key with its value, and where it stands."""

    key: str
    value: Any
    within: Mapping[str, Any]
    """The object that it stands in."""
    below: tuple[str, ...]
    """The keys above it, from the outermost; `[]` for a list."""
    nth: int
    """How many of the same name stand before it."""


class _Twice(ValueError):
    """A key stands twice in one object."""


def read_json(text: str, role: str, code: str) -> Closure:
    """What a JSON document says; of one that cannot be read only its problem."""
    problem, data = "", None
    try:
        data = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as fault:
        problem = f"Line {fault.lineno} is not JSON ({fault.msg}). Correct it and read it again."
    except _Twice as fault:
        problem = f"The key `{fault}` stands twice in one object, so nothing was read. Keep one."
    except (ValueError, RecursionError):
        problem = "The JSON is nested too deep or has too long a number, so nothing was read."
    if not problem and not isinstance(data, dict):
        problem = "The JSON is not an object, so nothing of it was read."
    return Closure(problem=problem, role=role, code=code) if problem else _closure(data, text, role, code)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        raise _Twice(next(key for key, _ in pairs if key in seen or seen.add(key))[:40])  # type: ignore[func-returns-value]
    return found


def _told(data: Any) -> Iterator[_Told]:
    """Every key in the order of the text, without recursion."""
    counts: dict[str, int] = {}
    stack: list[tuple[tuple[str, ...], Any, Iterator[Any]]] = [((), data, iter(data.items()))]
    while stack:
        below, within, rest = stack[-1]
        for entry in rest:
            is_map = isinstance(within, dict)
            key, value = entry if is_map else ("", entry)
            if is_map and key in _KEYS:
                nth = counts[key] = counts.get(key, -1) + 1
                yield _Told(key, value, within, below, nth)
            if isinstance(value, dict | list) and value and len(stack) < 60:
                inner = iter(value.items()) if isinstance(value, dict) else iter(value)
                stack.append(((*below, key or "[]"), value, inner))
                break
        else:
            stack.pop()


class _Places:
    """The lines of a text, and where the n-th key of a name stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in _LINE.finditer(text))]
        self.keys: dict[str, list[int]] = {}
        self.texts: dict[str, int] = {}
        """The strings that are no keys, each with the place where it first stands."""
        for found in _STRING.finditer(text):
            if not found[2]:
                self.texts.setdefault(found[1], found.start())
            elif found[1] in _KEYS:
                self.keys.setdefault(found[1], []).append(found.start())

    def of(self, told: _Told) -> tuple[int, str]:
        """Number and quote of the line of a key; of the first line where it is written in escapes."""
        places = self.keys.get(told.key, [])
        return self.at(places[told.nth] if told.nth < len(places) else 0)

    def at(self, place: int) -> tuple[int, str]:
        number = bisect_right(self.starts, place)
        start = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return number, self.text[start : min(end, start + 2000)].strip()[:LONGEST_QUOTE]


def _closure(data: Any, text: str, role: str, code: str) -> Closure:
    places = _Places(text)
    every = list(_told(data))
    blockers = [each for each in every if each.key in ("blockers", "blocking_items") and len(each.below) < 3]
    none = next((each for each in reversed(blockers) if each.value in ([], "none", "None", 0)), None)
    return Closure(
        verdicts=tuple(islice((one for each in every for one in _verdict(each, places, role)), MOST)),
        triggers=tuple(islice((one for each in every for one in _trigger(each, places)), MOST)),
        findings=tuple(islice((one for each in every for one in _finding(each, places)), MOST)),
        gates=tuple(islice((one for each in every for one in _gate(each, places)), MOST)),
        blockers=tuple(islice((one for each in blockers for one in _blocker(each, places)), MOST)),
        references=tuple(islice(_references(places), MOST)),
        says_no_blockers=TextRead("none", *places.of(none)) if none else None,
        role=role,
        code=code,
    )


def _verdict(told: _Told, places: _Places, role: str) -> Iterator[VerdictRead]:
    """`"disposition": "approve"`, in the document itself or in one object of it."""
    if (
        told.key not in _VERDICTS
        or not isinstance(told.value, str)
        or "[]" in told.below
        or len(told.below) > 1
    ):
        return
    words = words_of(told.value[:LONGEST_QUOTE], role=role, label=told.key)
    if len(words) == 1 and not words[0].tail.strip(" ."):
        yield VerdictRead(words[0].word, words[0].said, "/".join(told.below), *places.of(told))


def _trigger(told: _Told, places: _Places) -> Iterator[TriggerRead]:
    """`"triggered": false`; in a list or deeper it is the answer for a criterion."""
    answer = {"yes": True, "no": False}.get(told.value) if isinstance(told.value, str) else told.value
    if told.key == "triggered" and isinstance(answer, bool):
        name = next((told.within[key] for key in _NAMES if isinstance(told.within.get(key), str)), "")
        about = (name or "/".join(told.below)) if told.below else ""
        yield TriggerRead(answer, *places.of(told), about[:80])


def _text(within: Mapping[str, Any], *names: str) -> str:
    found = next((within[name] for name in names if isinstance(within.get(name), str)), "")
    return found.strip()[:LONGEST_QUOTE]


def _finding(told: _Told, places: _Places) -> Iterator[FindingRead]:
    """An object of a list with `severity` and a title."""
    severity = told.value.strip().lower() if isinstance(told.value, str) else ""
    title = _text(told.within, "title", "finding", "summary", "description")
    if told.key != "severity" or severity not in _SEVERITIES or not title or "[]" not in told.below:
        return
    file, number = _text(told.within, "anchor", "file", "path"), told.within.get("line")
    anchor = f"{file}:{number}" if file and isinstance(number, int) else file if ":" in file else ""
    state = _text(told.within, "state", "status").lower()
    revision, label = _text(told.within, "revision", "fixed_in"), _text(told.within, "id", "label")
    state = state if state in _STATES else "open"
    yield FindingRead(severity, title, anchor, state, revision, *places.of(told), label)


def _gate(told: _Told, places: _Places) -> Iterator[GateRead]:
    """An object with `command` and what came of it."""
    if told.key == "command" and isinstance(told.value, str) and told.value.strip():
        said = _OUTCOMES.get(_text(told.within, "outcome", "result", "status").lower(), "")
        code = told.within.get("exit_code", told.within.get("exitCode"))
        by_code = ("pass" if code == 0 else "fail") if type(code) is int else ""
        outcome = (said or by_code) if not (said and by_code and said != by_code) else ""
        yield GateRead(told.value.strip()[:500], outcome, *places.of(told))


def _blocker(told: _Told, places: _Places) -> Iterator[TextRead]:
    for each in told.value if isinstance(told.value, list) else []:
        text = (
            each
            if isinstance(each, str)
            else _text(each, "text", "title", "blocker")
            if isinstance(each, dict)
            else ""
        )
        if text.strip():
            yield TextRead(text.strip()[:LONGEST_QUOTE], *places.of(told))


def _references(places: _Places) -> Iterator[ReferenceRead]:
    seen: set[str] = set()
    for text, place in places.texts.items():
        path = document_in(text) if len(text) <= 500 else ""
        if path and path not in seen:
            seen.add(path)
            yield ReferenceRead(path, *places.at(place))
