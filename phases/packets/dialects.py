"""The shapes of work breakdowns met in the wild, normalised to one Packet.

Everything that can be read is read, so that all problems of a file come at once; whether the
result may be used is for `load` to say, after lint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from phases.packets.collect import Collector
from phases.packets.gates import Spoken, count_gates, read_exit, read_suites
from phases.packets.initiative import folder_of_entrypoint, phase_of_file_name, slugify
from phases.packets.nodes import Mapping, Node, Scalar, Sequence
from phases.packets.owners import read_owners
from phases.packets.packet import Gate, Invariant, Milestone, Packet, Slice
from phases.packets.slices import Around, read_slice, with_inferred_artifacts
from phases.packets.values import CODE, Places, Values, date_of, looks_like_date

MAX_SLICES = 5_000
MAX_GATES = 25_000
"""Gates of a packet as written, counted in each place: what one text may cost in memory."""

KNOWN = frozenset(
    [
        "phase",
        "initiative",
        "title",
        "status",
        "as_landed_through",
        "entrypoint",
        "invariants",
        "owners",
        "slices",
        "gates",
        "deferred_non_blocking",
    ]
)
_MIXED_DATES = frozenset({"bridge_timebox", "milestones", "timebox"})
"""Groups whose dates are milestones even where other values stand among them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A packet as far as it could be read, with the places of its references for lint."""

    packet: Packet
    places: Places


def normalise(root: Mapping, problems: Collector, *, file_name: str = "") -> Draft:
    """Read the map at the top of a file that has `slices`."""
    values = Values(problems, Places())
    dialect: dict[str, None] = {}
    phase = _phase(values, root, file_name, dialect)
    owners = read_owners(values, root.get("owners"))
    entries = _entries(values, root, dialect)
    codes = _codes(values, entries)
    _limit_gates(values, root, entries)
    following = {index: codes[index + 1] for index in range(len(codes) - 1)}
    numbers = {code: index for index, code in reversed(list(enumerate(codes)))}
    phase_gates, exit_gates, kept_exit = _phase_gates(values, root, numbers, following)
    around = Around(owners, numbers, following, phase_gates, dialect)
    slices = [
        read_slice(_of_slice(values, index, codes[index]), node, codes[index], around)
        for index, node in enumerate(entries)
    ]
    if "phase_exit" in root.pairs:
        message = (
            "`phase_exit` stands outside `gates`, so its gates are NOT required. Move it under `gates:`."
        )
        values.warning("misplaced_exit", message, root.key("phase_exit"), "phase_exit")
    slices = with_inferred_artifacts(slices, dialect)
    _note_kinds(slices, dialect)
    milestones, kept = _milestones_and_unknown(values, root, dialect)
    if kept_exit:
        kept["gates"] = kept_exit
    entrypoint = values.line(root.get("entrypoint"), "entrypoint")
    initiative = slugify(values.line(root.get("initiative"), "initiative"))
    landed = root.get("as_landed_through")
    packet = Packet(
        phase=phase,
        initiative=initiative or folder_of_entrypoint(entrypoint),
        title=values.line(root.get("title"), "title"),
        status=values.line(root.get("status"), "status"),
        as_landed_through=values.code(landed, "as_landed_through", optional=True),
        entrypoint=entrypoint,
        invariants=_invariants(values, root.get("invariants")),
        owners=tuple(owners.roles.values()),
        milestones=milestones,
        slices=tuple(slices),
        phase_exit=exit_gates,
        deferred_non_blocking=values.texts(root.get("deferred_non_blocking"), "deferred_non_blocking"),
        as_written=kept,
        dialect=tuple(dialect),
    )
    values.places.put(-1, "as_landed_through", packet.as_landed_through, landed or root)
    return Draft(packet, values.places)


def _of_slice(values: Values, index: int, code: str) -> Values:
    return Values(values.problems, values.places, code, index)


def _phase(values: Values, root: Mapping, file_name: str, dialect: dict[str, None]) -> str:
    written = values.code(root.get("phase"), "phase", optional=True)
    named = phase_of_file_name(file_name)
    if written:
        if named and named.lower() != written.lower():
            message = f"The file name says phase {named}, the text says phase {written}; the text counts."
            values.warning("phase_disagrees", message, root.get("phase"), "phase")
        return written if CODE.fullmatch(written) else ""
    if named:
        dialect["phase code taken from the file name"] = None
        message = f"No `phase:` is written; phase {named} is taken from the file name."
        values.warning("phase_from_name", message, root, "phase")
        return named
    message = "Neither `phase:` nor the file name says which phase this is. Write `phase: A` at the top."
    values.error("phase_missing", message, root, "phase")
    return ""


def _entries(values: Values, root: Mapping, dialect: dict[str, None]) -> list[Mapping]:
    """The maps of all slices; a map of slices by code becomes a list of maps with `id`."""
    node = root.get("slices")
    items: list[Node] = []
    if isinstance(node, Sequence):
        items = node.items
    elif isinstance(node, Mapping):
        dialect["slices written as a map by code"] = None
        items = [_with_id(key, value) for key, value in node.pairs.values()]
    if len(items) > MAX_SLICES:
        message = f"The packet has {len(items):,} slices; at most {MAX_SLICES:,} are read. Split it by phase."
        values.error("too_many_slices", message, items[MAX_SLICES], "slices")
        items = items[:MAX_SLICES]
    for item in items:
        if not isinstance(item, Mapping):
            message = f"An entry of `slices` is {item.kind}; expected a map with `id`, `title` and `owner`."
            values.error("wrong_type", message, item, "slices")
    return [item for item in items if isinstance(item, Mapping)]


def _with_id(key: Scalar, value: Node) -> Node:
    if not isinstance(value, Mapping) or "id" in value.pairs:
        return value
    named = Mapping(key.line, key.column)
    named.pairs = {"id": (key, key), **value.pairs}
    return named


def _codes(values: Values, entries: list[Mapping]) -> list[str]:
    codes = []
    for index, node in enumerate(entries):
        place = node.get("id") or node
        code = values.code(node.get("id"), "id")
        values.places.put(index, "id", "", place)
        codes.append(code)
    return codes


def _limit_gates(values: Values, root: Mapping, entries: list[Mapping]) -> None:
    """Refuse more than `MAX_GATES`, and leave them out of what is read on."""
    whole = root.get("gates")
    count = sum(count_gates(value) for _, value in whole.pairs.values()) if isinstance(whole, Mapping) else 0
    for node in entries:
        count += count_gates(node.get("gates")) + count_gates(node.get("acceptance"))
    if count <= MAX_GATES:
        return
    message = f"The packet has {count:,} gates; at most {MAX_GATES:,} are read. Split it by phase."
    values.error("too_many_gates", message, whole or root.get("slices"), "gates")
    root.pairs.pop("gates", None)
    for node in entries:
        node.pairs.pop("gates", None)
        node.pairs.pop("acceptance", None)


def _phase_gates(
    values: Values, root: Mapping, numbers: dict[str, int], following: dict[int, str]
) -> tuple[dict[str, Spoken], tuple[Gate, ...], dict[str, Any]]:
    """What the phase-level map says by slice, the gates of phase exit, and what else those say."""
    wanted = "a map of slice codes and `phase_exit`, each with its suites"
    entries = values.mapping(root.get("gates"), "gates", wanted)
    spoken: dict[str, Spoken] = {}
    exit_gates: tuple[Gate, ...] = ()
    extras: dict[str, Any] = {}
    for name, (key, value) in entries.pairs.items() if entries else ():
        if name == "phase_exit":
            exit_gates, extras = read_exit(values, value)
            continue
        code = values.code(key, "gates")
        index = numbers.get(code, -1)
        if index < 0 and code:
            values.places.put(-1, "gates", code, key)
        spoken[code] = read_suites(_of_slice(values, index, code), value, following.get(index, ""))
    return spoken, exit_gates, {"phase_exit": extras} if extras else {}


def _note_kinds(slices: list[Slice], dialect: dict[str, None]) -> None:
    if any(item.kind_inferred and item.kind != "build" for item in slices):
        dialect["kinds of slices inferred from their titles"] = None


def _invariants(values: Values, node: Node | None) -> tuple[Invariant, ...]:
    found: list[Invariant] = []
    entries = [node] if isinstance(node, Mapping) else values.items(node, "invariants")
    for entry in entries:
        if not isinstance(entry, Mapping):
            text = values.text(entry, "invariants")
            found += [Invariant(values=(text,))] if text else []
            continue
        for name, (_, value) in entry.pairs.items():
            texts = values.texts(value, name)
            groups = [texts] if name else [(each,) for each in texts]
            found += [Invariant(key=name, values=group) for group in groups]
    return tuple(found)


def _milestones_and_unknown(
    values: Values, root: Mapping, dialect: dict[str, None]
) -> tuple[tuple[Milestone, ...], dict[str, Any]]:
    """Dated maps as milestones; every other unknown key as written."""
    milestones: list[Milestone] = []
    rest = Mapping(root.line, root.column)
    for name, (key, value) in root.pairs.items():
        if name in KNOWN or not isinstance(value, Mapping) or not _is_dated(name, value):
            rest.pairs[name] = (key, value)
            continue
        dialect[f"dated map `{name}` read as milestones"] = None
        left = Mapping(value.line, value.column)
        for inner, pair in value.pairs.items():
            milestone = _milestone(values, name, inner, pair)
            if milestone is not None:
                milestones.append(milestone)
            elif not looks_like_date(pair[1]):
                left.pairs[inner] = pair
        if left.pairs:
            rest.pairs[name] = (key, left)
    return tuple(milestones), values.unknown(rest, KNOWN, "at the top level")


def _is_dated(name: str, value: Mapping) -> bool:
    dated = [looks_like_date(node) for _, node in value.pairs.values()]
    return any(dated) and (all(dated) or name in _MIXED_DATES)


def _milestone(values: Values, group: str, name: str, pair: tuple[Scalar, Node]) -> Milestone | None:
    key, value = pair
    if not isinstance(value, Scalar) or not looks_like_date(value):
        return None
    date = date_of(value)
    if date is None:
        message = f"`{value.text.strip()}` is no day of the calendar. Write an existing date as YYYY-MM-DD."
        values.error("bad_date", message, value, name)
        return None
    return Milestone(group=group, key=name, date=date, line=key.line)
