"""docs/packets.md: its example, its keys and its limits, held against the reader."""

import re
from pathlib import Path

import pytest

from phases.packets import artifacts, builder, dialects, lint, owners, read_packet, slices
from phases.packets.gates import WRITABLE
from phases.packets.packet import SliceKind

PAGE = (Path(__file__).parents[2] / "docs" / "packets.md").read_text()
EXAMPLE = PAGE.partition("```yaml\n")[2].partition("```")[0]
KNOWN = dialects.KNOWN | slices.KNOWN | owners._KNOWN


def test_the_example_is_read_without_a_problem():
    reading = read_packet(EXAMPLE, file_name="PHASE_B_WORKBREAKDOWN.yaml")
    assert reading.problems == ()
    assert (reading.initiative, reading.packet and reading.packet.codes) == (
        "open-shelves",
        ("B1", "B2", "B3", "B4"),
    )


@pytest.mark.parametrize("key", sorted(KNOWN))
def test_every_key_that_is_read_is_told(key):
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("key", sorted(KNOWN - {"after", "conditional", "touched_paths", "failure_triggers"}))
def test_the_example_shows_every_common_key(key):
    rare = {"initiative", "status", "as_landed_through"}
    assert key in rare or re.search(rf"\b{key}:", EXAMPLE)


def test_suites_and_kinds_are_told():
    assert [word for word in re.findall(r"[a-z_]{5,}", WRITABLE) if word not in PAGE] == []
    assert [kind for kind in SliceKind if f"`{kind}`" not in PAGE] == []


@pytest.mark.parametrize(
    "limit",
    [
        f"{dialects.MAX_SLICES:,} slices",
        f"{dialects.MAX_GATES:,} gates",
        f"{lint.MAX_TITLE} characters of a title",
        f"{lint.MAX_HANDLE} of a handle",
        f"{lint.MAX_TEXT:,} characters of any other text",
        f"{lint.MAX_DEFERRED} entries",
        f"{builder.MAX_LEVELS} levels",
        f"{builder.MAX_EXPANSIONS:,} values by aliases",
    ],
)
def test_limits_are_those_of_the_reader(limit):
    assert limit in PAGE
    assert artifacts.MAX_PATH == lint.MAX_TITLE
