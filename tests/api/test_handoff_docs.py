"""docs/handoff.md: its examples, run one after the other as they stand there, against the demo."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from phases.actions.handoffs import reopen_phase
from phases.api.readiness_shapes import ReadinessAnswer, StepShape
from phases.lookups import get_phase
from phases.permissions import OPERATOR, VERBS
from phases.rules.readiness import DOES
from phases.rules.readiness import readiness as computed
from phases.rules.what_if import assume
from phases.snapshot import load

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "handoff.md").read_text()
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def run(url):
    """What the examples print, line by line, joined as the page says and with nothing before them."""
    done = subprocess.run(
        [sys.executable, "-c", "".join(EXAMPLES)],
        env={"TRACKER_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def demo(live_server, settings):
    """The address of a fresh demo: all that `make demo` does before it serves."""
    settings.DEMO = True
    call_command("demo", stdout=io.StringIO())
    return live_server.url


@pytest.fixture
def said(demo):
    return run(demo)


def test_the_examples_tell_what_the_tracker_computes(said):
    state = load(get_phase(OPERATOR, "open-shelves", "B"))
    found = computed(state)
    assert said[0] == f"B is not_ready with {len(found.unmet)} missing"
    assert "the same answer again" in said
    fewer = len(assume(state, {"disposition:B5": "deferred"}).unmet)
    assert f"{fewer} would be missing if B5 were deferred" in said


def test_the_examples_hand_off(said):
    assert "2 lead 10 documents" in said
    carried = [line.split(" as ")[0] for line in said if " went to B as " in line]
    assert sorted(carried) == ["carry_forward went to B", "watchpoint went to B"]
    assert said[-1] == "lead handed it off"
    assert get_phase(OPERATOR, "open-shelves", "A").handed_off


def test_the_examples_run_again_where_they_ran_before(demo):
    assert "2 lead 10 documents" in run(demo)
    reopen_phase(actor=OPERATOR, phase=get_phase(OPERATOR, "open-shelves", "A"), reason="Again")
    assert "3 lead 10 documents" in run(demo)


def test_the_examples_need_nothing_but_python():
    imported = set(re.findall(r"^(?:import|from) (\w+)", "\n".join(EXAMPLES), re.MULTILINE))
    assert imported <= sys.stdlib_module_names


def test_every_verb_and_key_is_told():
    told = set(re.findall(r"`(\w+)`", PAGE))
    assert set(DOES) <= told
    needed = set(StepShape.model_fields) - {"key", "why"}
    assert needed | set(ReadinessAnswer.model_fields) - {"initiative", "phase"} <= told


def test_what_the_page_says_of_permissions_is_in_the_table():
    assert [VERBS[verb].scopes for verb in ("hand_off", "reopen_phase", "answer", "attest")] == [()] * 4
    assert [VERBS[verb].scopes for verb in ("move", "report", "attach", "fix")] == [
        ("slices",),
        ("gates",),
        ("artifacts",),
        ("slices",),
    ]


def test_what_a_handoff_leaves_behind_is_told():
    told = " ".join(PAGE.split())
    assert "An open risk is not carried" in told
    assert "Phases do not wait for each other" in told
