"""docs/reviews.md: its examples, run one after the other as they stand there, against the demo."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from phases.models import Finding, Phase, Slice
from phases.permissions import VERBS
from phases.rules.reviews import approval
from phases.snapshot import load

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reviews.md").read_text()
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def said(live_server, settings):
    """What the examples print, line by line."""
    settings.DEMO = True
    call_command("demo", stdout=io.StringIO())
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(EXAMPLES)],
        env={"TRACKER_URL": live_server.url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_examples_fix_review_decide_and_attach(said):
    fixed, reviewed, decided = said
    state = load(Phase.objects.select_related("initiative", "revision").get(code="B"))
    assert "fixed at 5eed5ee" in fixed
    assert Finding.objects.get(slice__code="B6A").state == "fixed"
    assert approval(state, state.slices["B6"]).why == reviewed
    assert (state.slices["B5"].decision, decided) == ("triggered", "B5 was decided to be triggered by lead.")
    evidence = Slice.objects.get(phase__code="B", code="B5").artifacts.get(
        path__endswith="B5_TRIGGER_EVIDENCE.md"
    )
    assert evidence.latest.content.startswith("# B5")


def test_the_examples_need_nothing_but_python():
    imported = set(re.findall(r"^(?:import|from) (\w+)", "\n".join(EXAMPLES), re.MULTILINE))
    assert imported <= sys.stdlib_module_names


def test_what_the_page_says_of_permissions_is_in_the_table():
    assert (VERBS["review"].roles, VERBS["dispose"].scopes) == (("reviewer",), ())
    assert (VERBS["fix"].roles, VERBS["fix"].scopes) == (("lead",), ("slices",))
