"""What a report asks for: its fields checked, and the gates that it speaks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from phases.errors import Invalid, NotFound
from phases.packets.packet import GateKind, Suite
from phases.rules.state import GateState, Outcome, PhaseState, SliceState
from phases.rules.wording import quoted
from phases.snapshot import gate_key

from .ledger import digest
from .revisions import checked_files, checked_sha
from .slices import checked_note, find
from .texts import REDACTED

MAX_RESULTS, MAX_GATE, MAX_BRANCH, MAX_URL, MAX_KEY, MAX_EXTRA = 500, 10_000, 250, 500, 200, 2_000
MAX_EXTRA_GATES = 200
"""Commands of the suite extra for one slice, or for the phase: every page of it shows them all."""
MAX_WORD = 100
"""Characters of a slice's code or of a suite."""

MAX_DURATION_MS = 30 * 24 * 3600 * 1000
SHOWN, MAX_SHOWN = 20, 200
"""How many gates or slices a refusal lists, and how many characters of each."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one gate said. `duration_ms` in milliseconds."""

    gate: str
    outcome: str
    log: str = ""
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Results of one suite; `outcome` instead of `results` speaks for all its command gates.

    `slice` is empty for the phase exit. `changed_files` are those changed since `base` (by default
    the phase's previous revision), None where unknown. `log` is for results without one of their own.
    """

    suite: str
    slice: str = ""
    results: tuple[Result, ...] = ()
    outcome: str = ""
    revision: str = ""
    base: str = ""
    changed_files: tuple[str, ...] | None = None
    branch: str = ""
    url: str = ""
    log: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The gates of a report with their results, and the attestations that it leaves out."""

    item: SliceState | None
    results: Sequence[tuple[GateState, Result]]
    skipped: Sequence[str] = ()


def checked(report: Report, key: str = "") -> Report:
    """The report with its texts tidied. Raises Invalid with a sentence for each field."""
    if bool(report.results) == bool(report.outcome):
        raise Invalid({"outcome": "Give either `outcome`, or `results` with an outcome for each gate."})
    if len(report.results) > MAX_RESULTS:
        raise Invalid(
            {"results": f"{len(report.results)} results are too many; at most {MAX_RESULTS} at once."}
        )
    for outcome in [result.outcome for result in report.results] or [report.outcome]:
        if outcome not in set(Outcome):
            raise Invalid({"outcome": f"{outcome[:80]!r} is not an outcome. It is pass or fail."})
    _check_lengths(report, key)
    _check_durations(report.results)
    revision = checked_sha(report.revision, "revision")
    files = checked_files(report.changed_files)
    if (files is not None or report.base) and not revision:
        raise Invalid({"revision": "Changed files and a base belong to a revision: name it."})
    return replace(
        report,
        suite=report.suite.strip(),
        slice=report.slice.strip(),
        results=tuple(replace(result, gate=result.gate.strip()) for result in report.results),
        revision=revision,
        base=checked_sha(report.base, "base"),
        changed_files=files,
        branch=report.branch.strip(),
        url=_checked_url(report.url.strip()),
        note=checked_note(report.note),
    )


def _check_lengths(report: Report, key: str) -> None:
    fields = [("branch", report.branch, MAX_BRANCH), ("url", report.url, MAX_URL), ("key", key, MAX_KEY)]
    fields += [("slice", report.slice, MAX_WORD), ("suite", report.suite, MAX_WORD)]
    fields += [("gate", result.gate, MAX_GATE) for result in report.results]
    for name, text, most in fields:
        if len(text) > most:
            raise Invalid({name: f"{len(text)} characters are too many; at most {most}."})
        checked_note(text, name)


def _check_durations(results: Iterable[Result]) -> None:
    for result in results:
        if result.duration_ms is not None and not 0 <= result.duration_ms <= MAX_DURATION_MS:
            raise Invalid(
                {"duration_ms": f"{result.duration_ms} is not a duration in milliseconds of at most 30 days."}
            )


def _checked_url(url: str) -> str:
    if url:
        try:
            URLValidator(schemes=["http", "https"])(url)
        except ValidationError:
            raise Invalid({"url": "Give the whole web address, starting with https://."}) from None
    return url


def choose(state: PhaseState, report: Report) -> Chosen:
    """The gates that the report speaks for. What does not exist is refused with what does."""
    suite, before = _suite_words(report.suite)
    if suite not in set(Suite):
        raise Invalid({"suite": f"{suite!r} is not a suite. Suites are {', '.join(Suite)}."})
    item = _item(state, report)
    if suite == Suite.EXTRA:
        return Chosen(item, _extras(state, item, _named(report)))
    gates = [gate for gate in (item.gates if item else state.exit_gates) if gate.suite == suite]
    if item is not None and before:
        code = _following(state, item) if before == "next" else before
        gates = [gate for gate in gates if code in gate.before]
    if not gates:
        raise Invalid({"suite": _no_suite(item, report.suite)})
    if report.outcome:
        commands = [gate for gate in gates if gate.kind == GateKind.COMMAND]
        spoken = [(gate, Result(gate.text, report.outcome)) for gate in commands]
        return Chosen(item, spoken, [gate.text for gate in gates if gate.kind != GateKind.COMMAND])
    return Chosen(item, _match(gates, _named(report), item, suite))


def _suite_words(suite: str) -> tuple[str, str]:
    """`mandatory_before_D5`, as packets write it, is what of mandatory_before stands before D5."""
    word, mark, before = suite.partition(f"{Suite.MANDATORY_BEFORE}_")
    return (Suite.MANDATORY_BEFORE.value, before) if mark and not word else (suite, "")


def _following(state: PhaseState, item: SliceState) -> str:
    """The code of the next slice in the file."""
    codes = list(state.slices)
    return next(iter(codes[codes.index(item.code) + 1 :]), "")


def _item(state: PhaseState, report: Report) -> SliceState | None:
    if report.suite == Suite.PHASE_EXIT:
        if report.slice:
            raise Invalid({"slice": "The phase exit belongs to the phase: leave the slice out."})
        return None
    if not report.slice:
        if report.suite == Suite.EXTRA:
            return None
        raise Invalid({"slice": f"Name the slice: one of {_listed(state.slices)}."})
    try:
        return find(state, report.slice)
    except NotFound as unknown:
        raise Invalid({"slice": f"{unknown} It has {_listed(state.slices)}."}) from None


def _named(report: Report) -> Sequence[Result]:
    if not report.results:
        raise Invalid({"gate": "Name the command: a packet asks for none in the suite extra."})
    return report.results


def _match(
    gates: Sequence[GateState], results: Iterable[Result], item: SliceState | None, suite: str
) -> list[tuple[GateState, Result]]:
    by_name = {gate.key: gate for gate in gates} | {gate.text.strip(): gate for gate in gates}
    found: dict[str, tuple[GateState, Result]] = {}
    for result in results:
        gate = by_name.get(result.gate)
        if gate is None:
            where = f"The {suite} suite of {item.code}" if item else "The phase exit"
            texts = _listed(f"`{quoted(gate.text, MAX_SHOWN)}`" for gate in gates)
            raise Invalid({"gate": f"{where} has no gate {result.gate[:MAX_SHOWN]!r}. It has {texts}."})
        _add_once(found, gate, result)
    return list(found.values())


def _add_once(found: dict[str, tuple[GateState, Result]], gate: GateState, result: Result) -> None:
    """A gate has one result in a report, whether it is named by its text or by its key."""
    if gate.key in found:
        raise Invalid({"results": f"{result.gate[:MAX_SHOWN]!r} is named twice; report each gate once."})
    found[gate.key] = (gate, result)


def _no_suite(item: SliceState | None, suite: str) -> str:
    if item is None:
        return "The packet declares no phase exit gate."
    has = list(dict.fromkeys(gate.suite for gate in item.gates if gate.suite != Suite.EXTRA))
    return f"{item.code} has no {suite} suite. It has {', '.join(has) or 'no gate at all'}."


def _extras(
    state: PhaseState, item: SliceState | None, results: Iterable[Result]
) -> list[tuple[GateState, Result]]:
    """The known extra gates of these texts, and new ones without an id.

    One whose text was redacted is known by its digest, and stays without its text.
    """
    gates = [gate for gate in (item.gates if item else state.extra_gates) if gate.suite == Suite.EXTRA]
    hidden = {gate.key: gate for gate in gates if gate.text == REDACTED}
    by_name = {gate.key: gate for gate in gates}
    by_name |= {gate.text: gate for gate in gates if gate.key not in hidden}
    found: dict[str, tuple[GateState, Result]] = {}
    for result in results:
        gate = by_name.get(result.gate) or _extra(item, result.gate)
        _add_once(found, hidden.get(gate.key, gate), result)
    new = sum(1 for gate, _ in found.values() if not gate.id)
    if new and len(gates) + new > MAX_EXTRA_GATES:
        where = item.code if item else f"Phase {state.code}"
        say = f"{where} has {len(gates)} extra commands already, of at most {MAX_EXTRA_GATES}."
        raise Invalid({"gate": f"{say} Report under a name that stays the same from run to run."})
    return list(found.values())


def _extra(item: SliceState | None, text: str) -> GateState:
    if not text or len(text) > MAX_EXTRA:
        raise Invalid({"gate": f"Name the command, in at most {MAX_EXTRA} characters."})
    key = gate_key(item.code if item else "", Suite.EXTRA.value, digest(text))
    return GateState(0, key, Suite.EXTRA.value, text, GateKind.COMMAND.value)


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more
