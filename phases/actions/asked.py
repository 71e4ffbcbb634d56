"""What a report asks for: its fields checked, and the gates that it speaks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from phases.errors import Invalid, NotFound
from phases.packets.packet import GateKind, Suite
from phases.rules.state import GateState, Outcome, PhaseState, SliceState
from phases.snapshot import gate_key

from .ledger import digest
from .revisions import checked_files, checked_sha
from .slices import checked_note, find

MAX_RESULTS, MAX_GATE, MAX_BRANCH, MAX_URL, MAX_KEY, MAX_EXTRA = 500, 10_000, 250, 500, 200, 2_000
MAX_DURATION_MS = 30 * 24 * 3600 * 1000
SHOWN = 20
"""How many gates or slices a refusal lists."""


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
            raise Invalid({"outcome": f"{outcome!r} is not an outcome. It is pass or fail."})
    _check_lengths(report, key)
    _check_durations(report.results)
    revision = checked_sha(report.revision, "revision")
    files = checked_files(report.changed_files)
    if (files is not None or report.base) and not revision:
        raise Invalid({"revision": "Changed files and a base belong to a revision: name it."})
    return replace(
        report,
        suite=_suite_word(report.suite.strip()),
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
    fields = {"branch": (report.branch, MAX_BRANCH), "url": (report.url, MAX_URL), "key": (key, MAX_KEY)}
    fields |= {"gate": (max((one.gate for one in report.results), key=len, default=""), MAX_GATE)}
    for name, (text, most) in fields.items():
        if len(text) > most:
            raise Invalid({name: f"{len(text)} characters are too many; at most {most}."})
    for name, text in (*((name, text) for name, (text, _) in fields.items()), ("slice", report.slice)):
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


def _suite_word(suite: str) -> str:
    """`mandatory_before_D5`, as packets write it, is the suite mandatory_before."""
    return Suite.MANDATORY_BEFORE.value if suite.startswith(f"{Suite.MANDATORY_BEFORE}_") else suite


def choose(state: PhaseState, report: Report) -> Chosen:
    """The gates that the report speaks for. What does not exist is refused with what does."""
    if report.suite not in set(Suite):
        raise Invalid({"suite": f"{report.suite!r} is not a suite. Suites are {', '.join(Suite)}."})
    item = _item(state, report)
    if report.suite == Suite.EXTRA:
        return Chosen(item, [(_extra(state, item, result.gate), result) for result in _named(report)])
    gates = [gate for gate in (item.gates if item else state.exit_gates) if gate.suite == report.suite]
    if not gates:
        raise Invalid({"suite": _no_suite(item, report.suite)})
    if report.outcome:
        commands = [gate for gate in gates if gate.kind == GateKind.COMMAND]
        spoken = [(gate, Result(gate.text, report.outcome)) for gate in commands]
        return Chosen(item, spoken, [gate.text for gate in gates if gate not in commands])
    return Chosen(item, _match(gates, _named(report), item, report.suite))


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
    names = [result.gate for result in report.results]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Invalid({"results": f"{twice[:200]!r} is named twice; report each gate once."})
    return report.results


def _match(
    gates: Sequence[GateState], results: Iterable[Result], item: SliceState | None, suite: str
) -> list[tuple[GateState, Result]]:
    by_name = {gate.key: gate for gate in gates} | {gate.text.strip(): gate for gate in gates}
    found = []
    for result in results:
        if result.gate not in by_name:
            where = f"The {suite} suite of {item.code}" if item else "The phase exit"
            texts = _listed(f"`{gate.text}`" for gate in gates)
            raise Invalid({"gate": f"{where} has no gate {result.gate[:200]!r}. It has {texts}."})
        found.append((by_name[result.gate], result))
    return found


def _no_suite(item: SliceState | None, suite: str) -> str:
    if item is None:
        return "The packet declares no phase exit gate."
    has = list(dict.fromkeys(gate.suite for gate in item.gates if gate.suite != Suite.EXTRA))
    return f"{item.code} has no {suite} suite. It has {', '.join(has) or 'no gate at all'}."


def _extra(state: PhaseState, item: SliceState | None, text: str) -> GateState:
    """The known extra gate of this text, or a new one without an id."""
    if not text or len(text) > MAX_EXTRA:
        raise Invalid({"gate": f"Name the command, in at most {MAX_EXTRA} characters."})
    known = item.gates if item else state.extra_gates
    for gate in known:
        if gate.suite == Suite.EXTRA and gate.text == text:
            return gate
    key = gate_key(item.code if item else "", Suite.EXTRA.value, digest(text))
    return GateState(0, key, Suite.EXTRA.value, text, GateKind.COMMAND.value)


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more
