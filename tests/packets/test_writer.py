"""Canonical YAML: layout, quoting, and that nothing is lost on the way out and in again."""

import pytest
import yaml

from phases.packets import write_packet
from phases.packets.emit import scalar
from tests.packets.examples import EXAMPLES, FULL, MINIMAL, ROLES, bare, packet, slice_with


def written(text: str) -> str:
    return write_packet(packet(text))


@pytest.mark.parametrize("text", EXAMPLES)
def test_what_was_written_reads_back_equal_and_stable(text):
    again = packet(written(text))
    assert bare(again) == bare(packet(text))
    assert write_packet(again) == written(text)


def test_the_layout_is_that_of_a_hand_written_packet():
    text = slice_with("depends_on: []\nfiles: [a.py]\ngates: {quick: [make a, done]}\nacceptance: [it runs]")
    assert written(text) == (
        "phase: A\n\nslices:\n  - id: A1\n    title: Dig the well\n    owner: '@water'\n    depends_on: []\n"
        "    files:\n      - path: a.py\n    gates:\n      quick:\n        - make a\n        - done\n"
        "    acceptance:\n      - it runs\n"
    )


def test_gates_stand_in_their_slice_and_phase_exit_on_top():
    whole = yaml.safe_load(written(FULL))
    assert whole["gates"] == {"phase_exit": {"full": ["make exit"]}}
    assert whole["slices"][2]["gates"]["mandatory_before_D3"] == ["make frost-disposition"]
    assert whole["slices"][3]["gates"]["closure"] == [
        "findings_closed",
        "second_look_green",
        "third_look_green",
    ]


def test_owner_roles_milestones_and_unknown_keys_survive():
    whole = yaml.safe_load(written(ROLES))
    assert whole["owners"]["water_owner"]["region"] == "north"
    assert str(whole["dig_dates"]["first"]) == "2031-04-01"
    assert whole["escalation"] == {"after_days": 3, "silent": False}
    assert whole["slices"][1]["owner"] == "water_owner"
    assert "backup" not in whole["slices"][1]


def test_only_declared_artifacts_and_decided_kinds_are_written():
    slices = {item["id"]: item for item in yaml.safe_load(written(FULL))["slices"]}
    assert "requires_artifacts" not in slices["D1"]
    assert [item for item in slices if "kind" in slices[item]] == []
    assert "kind: docs" in written(slice_with("kind: docs"))


def test_explicit_kinds_and_extras_of_gates_go_back():
    text = slice_with("gates: {quick: [{command: make, minutes: 5}, {attest: I saw it}], nightly: [soak]}")
    assert yaml.safe_load(written(text))["slices"][0]["gates"] == {
        "quick": [{"command": "make", "minutes": 5}, {"attest": "I saw it"}],
        "nightly": ["soak"],
    }


def test_an_initiative_that_no_entrypoint_tells_is_written():
    assert "initiative: orchard" in written("initiative: Orchard\n" + MINIMAL)
    assert "initiative" not in written(FULL)


def test_dates_under_as_written_go_back_without_quotes():
    assert "seen: 2031-04-01\n" in written("notes: {seen: 2031-04-01, by: me}\n" + MINIMAL)


def test_a_text_of_several_lines_becomes_a_block():
    text = slice_with("objective: |\n  first\n\n    second")
    assert "    objective: |-\n      first\n\n        second\n" in written(text)


AWKWARD = [
    "NO", "on", "y", "007", "3.10", "1_000", "12:30", "0x1F", "1e3", "2031-02-20", "~", "null", "", "@me",
    "a: b", "a #b", "#a", "- a", "-", "[a]", "{a}", "*a", "&a", "!a", "|", ">", "%a", "`a`", "'", '"', "it's",
    "a:", "?", "<<", "=", "---", "... a", "a\tb", "a\\b", "é", "漢字", "😀", "\u00a0x", "\u0085", "\u2028",
    "\ufeffx", "\x7f", "\x07", "a\nb", "a\r\nb", "\n", " a", "a ", ".inf", "+1", "0o7", "1,2", "/a/b", "(x)",
    "a, b", "a]",
]  # fmt: skip


@pytest.mark.parametrize("text", AWKWARD)
def test_every_text_is_quoted_so_that_yaml_gives_it_back(text):
    assert yaml.safe_load(f"- {scalar(text)}\n") == [text]
    assert yaml.load(f"{scalar(text)}: 1\n", Loader=yaml.CSafeLoader) == {text: 1}


@pytest.mark.parametrize(
    "text", ["make check", "phase-d:x:full", "/srv/a b", "a <b> *c*", "src/**", "no_night_work"]
)
def test_harmless_texts_stay_plain(text):
    assert scalar(text) == text
