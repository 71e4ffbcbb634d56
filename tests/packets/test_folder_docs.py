"""docs/folders.md: the shapes that it says are understood, held against the readers."""

import re
from pathlib import Path

import pytest

from phases.packets.closure import read_closure
from phases.packets.inventory import read_inventory
from phases.packets.register import read_register

PAGE = (Path(__file__).parents[2] / "docs" / "folders.md").read_text()
README, REGISTER, CLOSURE = (
    re.findall(r"^\| (?:or )?`` (.+?) ``", part, re.MULTILINE)
    for part in re.split(r"\nIn (?:the `DEC|closure)", PAGE.partition("## What is understood")[2])
)
ROUTES = README.index("## If you need it, read it")


@pytest.mark.parametrize("entry", README[:ROUTES])
def test_entries_of_a_readme_are_documents(entry):
    inventory = read_inventory(f"# Lamps\n\n{entry}\n")
    assert (bool(inventory.documents), inventory.problems) == (True, ())


def test_entries_below_such_a_heading_are_routes():
    inventory = read_inventory("\n\n".join(README[ROUTES:]))
    assert [(one.need, one.path) for one in inventory.routes] == [("how the light works", "axes/light.md")]


@pytest.mark.parametrize("entry", REGISTER[:2])
def test_entries_of_a_register_are_decisions(entry):
    ((code, status, title),) = [(one.code, one.status, one.title) for one in read_register(entry).decisions]
    assert (code, status, title) == ("D-7", "locked", "One lamp")


def test_a_section_gives_its_status_and_an_owner_is_a_handle():
    heading, owner = REGISTER[2:]
    (decision,) = read_register(f"{heading}\n\n### D-7 One lamp\n\n{owner}\n").decisions
    assert (decision.status, decision.owner) == ("locked", "@lamps")


def test_facts_of_closure_documents_are_read():
    verdict, finding, gate, trigger = CLOSURE
    said = f"# B3\n\n{verdict}\n\n## Findings\n\n{finding}\n\n## Gates\n\n{gate}\n"
    closure = read_closure(said, path="B3_REVIEW_DISPOSITION.md")
    assert [one.word for one in closure.verdicts] == ["approve"]
    assert [one.severity for one in closure.findings] == ["high"]
    assert [(one.command, one.outcome) for one in closure.gates] == [("make lamp", "pass")]
    assert read_closure(f"# B5\n\n{trigger}\n", path="B5_TRIGGER_EVIDENCE.md").triggers
