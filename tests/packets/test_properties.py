"""What holds for any input at all: a Packet or problems, never an exception; and round trips."""

import random
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phases.packets import Reading, compare, read_packet, write_packet
from phases.packets.dialects import KNOWN
from phases.packets.slices import KNOWN as SLICE_KEYS
from phases.packets.text import lines_of
from tests.packets.examples import EXAMPLES, bare

ODD = [
    "NO",
    "on",
    "007",
    "3.10",
    "1_000",
    "12:30",
    "2031-02-30",
    "2031-02-20",
    "~",
    "",
    " x ",
    "a: b",
    "#",
    "null",
]
KEYS = [*sorted(KNOWN), *sorted(SLICE_KEYS), "path", "when", "command", "text", "quick", "phase_exit"]
KEYS += [
    "mandatory_before_next",
    "mandatory_before_A2",
    "primary_handle",
    "notes",
    "bridge_timebox",
    "A1",
    "<<",
]
WORDS = ["A1", "A2", "A3", "@water", "true", "command", "triggered", "make check", "done", *ODD]
LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff")
TEXTS = st.sampled_from(WORDS) | st.text(LETTERS, max_size=12) | st.text(" \t\n:-#'\"ab", max_size=8)
SCALARS = TEXTS | st.booleans() | st.integers() | st.none() | st.floats() | st.dates()
TREES: Any = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=30,
)
LISTS = st.lists(TEXTS, max_size=3)
PATHS = st.lists(
    TEXTS | st.fixed_dictionaries({"path": TEXTS}, optional={"when": st.just("triggered"), "note": SCALARS}),
    max_size=3,
)
GATES = st.lists(
    TEXTS
    | st.fixed_dictionaries({"command": TEXTS}, optional={"minutes": SCALARS})
    | st.fixed_dictionaries({"attest": TEXTS})
    | st.fixed_dictionaries({"text": TEXTS}, optional={"by": TREES}),
    max_size=3,
)
SUITES = st.dictionaries(
    st.sampled_from(["quick", "full", "closure", "nightly", "acceptance", "mandatory_before_next"])
    | st.sampled_from([f"mandatory_before_A{number}" for number in range(4)]),
    GATES,
    max_size=4,
)
TITLES = st.sampled_from(
    ["Dig", "Independent review", "Conditional frost", "Docs and cleanup", "B: c", "NO", "007"]
)


@st.composite
def packets(draw: Any) -> str:
    """Text of a packet that is usually valid, with everything a slice can hold."""
    count = draw(st.integers(1, 4))
    entries = []
    for number in range(count):
        optional = {
            "backup": TEXTS,
            "kind": st.sampled_from(["build", "review", "docs"]),
            "conditional": st.booleans(),
            "objective": TEXTS | st.sampled_from(["two\nlines", "a\n\n  b\n", "tab\there", "-x", "é: ü"]),
            "depends_on_if_triggered": st.lists(
                st.sampled_from([f"A{n}" for n in range(number)] or ["A0"]), max_size=1
            ),
            "files": PATHS,
            "touched_paths": PATHS,
            "requires_artifacts": PATHS,
            "gates": SUITES,
            "acceptance": GATES,
            "trigger_criteria": LISTS,
            "failure_triggers": LISTS,
            "deliverables": LISTS,
            "notes": TREES,
            "NO": TREES,
        }
        needs = (
            draw(st.lists(st.sampled_from([f"A{n}" for n in range(number)]), max_size=2)) if number else []
        )
        fixed = {"id": st.just(f"A{number}"), "title": TITLES, "owner": st.sampled_from(["@water", "role"])}
        entries.append({**draw(st.fixed_dictionaries(fixed, optional=optional)), "depends_on": needs})
    top = st.fixed_dictionaries(
        {"phase": st.just("A")},
        optional={
            "title": TEXTS,
            "initiative": TEXTS,
            "entrypoint": st.sampled_from(["docs/orchard/X.md", "X.md"]) | TEXTS,
            "invariants": st.lists(TEXTS | st.dictionaries(TEXTS, LISTS, max_size=2), max_size=3),
            "owners": st.just({"role": {"primary_handle": "@soil", "backup_approver": "@x", "tone": "calm"}}),
            "gates": st.fixed_dictionaries({}, optional={"A0": SUITES, "phase_exit": GATES | SUITES}),
            "bridge_timebox": st.dictionaries(TEXTS, st.dates() | TEXTS, max_size=3),
            "deferred_non_blocking": LISTS,
            "notes": TREES,
        },
    )
    whole = {**draw(top), "slices": entries}
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=draw(st.booleans()))


def sound(reading: Reading) -> None:
    """What every reading promises."""
    has_error = any(problem.level == "error" for problem in reading.problems)
    assert (reading.packet is None) == has_error
    assert "\x00" not in reading.text
    end = len(lines_of(reading.text))
    assert all(problem.message and 0 <= problem.line <= end for problem in reading.problems)


@given(st.binary(max_size=400))
def test_any_bytes_give_a_packet_or_problems(data):
    sound(read_packet(data, file_name="PHASE_A_WORKBREAKDOWN.yaml"))


@given(st.text(max_size=300))
def test_any_text_gives_a_packet_or_problems(text):
    sound(read_packet(text))
    sound(read_packet("phase: A\nslices:\n  - id: A1\n    title: " + text))


@given(TREES | st.text(max_size=20))
def test_any_yaml_gives_a_packet_or_problems(tree):
    sound(read_packet(yaml.safe_dump(tree, sort_keys=False)))
    sound(read_packet(yaml.safe_dump({"phase": "A", "slices": [tree], "gates": tree}, sort_keys=False)))
    sound(read_packet(yaml.safe_dump({"phase": "A", "slices": tree, "owners": tree}, sort_keys=False)))


@given(st.sampled_from(EXAMPLES), st.integers(0, 2**32))
def test_a_damaged_packet_gives_a_packet_or_problems(text, seed):
    dice = random.Random(seed)
    data = bytearray(text.encode())
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(data))
        data[at : at + dice.choice([0, 1, 1, 5])] = dice.choice(
            [b"", b"\n", b":", b"- ", b"[", b"\xff", b"&a ", b"*a"]
        )
    sound(read_packet(bytes(data)))
    sound(read_packet(text[: dice.randrange(len(text))]))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(packets(), st.integers(0, 3), st.integers(0, 4), st.sampled_from(["depends_on", "after"]))
def test_a_packet_with_an_entry_twice_gives_problems(text, number, place, field):
    whole = yaml.safe_load(text)
    entries = whole["slices"]
    again = {**entries[number % len(entries)], field: [entry["id"] for entry in entries]}
    entries.insert(place % (len(entries) + 1), again)
    reading = read_packet(yaml.safe_dump(whole, sort_keys=False))
    sound(reading)
    assert reading.packet is None


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(packets())
def test_a_written_packet_reads_back_equal_and_stable(text):
    reading = read_packet(text)
    sound(reading)
    if reading.packet is None:
        return
    written = write_packet(reading.packet)
    again = read_packet(written)
    assert again.packet is not None, (again.problems, written)
    assert bare(again.packet) == bare(reading.packet)
    assert write_packet(again.packet) == written
    assert compare(reading.packet, again.packet).is_empty


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(packets(), packets())
def test_packets_are_unchanged_exactly_when_they_write_alike(first, second):
    old, new = read_packet(first).packet, read_packet(second).packet
    if old and new:
        assert compare(old, new).is_empty == (write_packet(old) == write_packet(new))
