"""References of a document: found as written, beside it or by name; else missing."""

import pytest

from phases.packets.closure_facts import ReferenceRead
from phases.rules.reading_references import missing

KNOWN = ("docs/pass-01/D4_DISPOSITION.md", "docs/ARCHITECTURE.md", "axes/01-clients.md")


@pytest.mark.parametrize(
    ("written", "is_missing"),
    [
        ("D4_DISPOSITION.md", False),
        ("../ARCHITECTURE.md", False),
        ("docs/ARCHITECTURE.md", False),
        ("/docs/ARCHITECTURE.md", False),
        ("somewhere/else/architecture.md", False),
        ("D9_DISPOSITION.md", True),
        ("../DECISIONS.md", True),
        ("axes/", False),
        ("docs/pass-01/", False),
        ("docs/pass-02/", True),
        ("D5_REVIEW.md", False),
        ("package.json", False),
        ("apps/x/tsconfig.build.json", False),
        ("src/dome.c", False),
    ],
)
def test_reference_is_looked_for_in_every_way_people_write(written, is_missing):
    read = [ReferenceRead(written, 1, "")]
    assert missing(read, KNOWN, "docs/pass-01/D5_REVIEW.md") == (read if is_missing else [])
