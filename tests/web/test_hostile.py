"""Script-like texts in every field that a person or a packet can fill are shown as text, on every page."""

import re
from typing import Any

import pytest

from phases.actions.asked import Report, Result
from phases.actions.concerns import raise_concern
from phases.actions.evidence import retract
from phases.actions.runs import report_runs
from phases.actions.slices import link_slice, move_slice
from phases.actions.waivers import waive
from phases.models import PhaseOwner
from phases.permissions import OPERATOR
from tests import factories

EVIL = "<script>x</script><img src=x onerror=x>\"'><b hx-post=/x hx-trigger=load>&amp;{{ 7 }}"
HANDLE = "@<i hx-get=x>"
PHASE = "/initiatives/harbour/phases/C/"
PATHS = (
    "/",
    "/initiatives/harbour/",
    PHASE,
    f"{PHASE}slices/C0/",
    f"{PHASE}slices/C1/",
    "/initiatives/harbour/owners/%40%3Ci%20hx-get=x%3E/",
)


@pytest.fixture
def evil(db):
    """A phase whose every text is hostile, with one of everything that pages show."""
    about = {
        "status": EVIL,
        "entrypoint": EVIL,
        "deferred_non_blocking": [EVIL],
        "invariants": [{"key": EVIL, "values": [EVIL]}],
        "milestones": [{"group": EVIL, "key": EVIL, "date": "2026-02-20"}],
        "as_written": {EVIL: [EVIL, {EVIL: EVIL}]},
    }
    lists = ("files", "deliverables", "trigger_criteria", "failure_triggers")
    texts: dict[str, Any] = {name: [EVIL] for name in lists}
    phase = factories.make_phase(
        about=about,
        owner=HANDLE,
        title=EVIL,
        objective=EVIL,
        role=EVIL,
        as_written={EVIL: EVIL},
        backup="@b",
        **texts,
    )
    phase.title = EVIL
    phase.save()
    role = {"role": EVIL, "backup": EVIL, "decision_sla": {EVIL: EVIL}, "scope": [EVIL]}
    PhaseOwner.objects.create(phase=phase, owner=factories.make_owner(phase.initiative, HANDLE), **role)
    gate = factories.make_gate(phase, "C0", text=EVIL)
    factories.make_gate(phase, "C0", text=f"{EVIL} a", replaces=gate)
    factories.make_gate(phase, text=EVIL, suite="phase_exit")
    factories.make_artifact(phase, "C0", EVIL)
    waive(actor=OPERATOR, phase=phase, key=f"artifact:{EVIL}", reason=EVIL)
    move_slice(actor=OPERATOR, phase=phase, code="C0", version=0, verb="start", note=EVIL)
    link_slice(actor=OPERATOR, phase=phase, code="C0", branch=EVIL[:250])
    raise_concern(actor=OPERATOR, phase=phase, kind="blocker", text=EVIL, slice="C1")
    report = Report(
        suite="quick",
        slice="C0",
        results=(Result(EVIL, "fail"), Result(f"{EVIL} a", "pass")),
        revision=f"<script>x1{'r' * 40}",
        changed_files=(EVIL,),
        branch=EVIL[:250],
        log=EVIL,
        note=EVIL,
    )
    run, other = report_runs(actor=OPERATOR, phase=phase, report=report).runs
    retract(actor=OPERATOR, phase=phase, evidence=other.key, reason=EVIL)
    return run


@pytest.mark.parametrize(
    "path", ["slices/C0/gates/quick/", "gates/phase_exit/", "runs/{}/", "runs/{}/?line=1"]
)
def test_pages_of_gates_and_runs_show_hostile_texts_as_text(client, admin, evil, path):
    client.force_login(admin)
    response = client.get(PHASE + path.format(evil.pk))
    assert response.status_code == 200
    assert_text_only(response.content.decode())


def assert_text_only(page: str) -> None:
    assert "&lt;script&gt;x" in page or "@&lt;i" in page, "the text is not on the page at all"
    assert not re.search(r"<script>x|<img src=x|<b hx-post|<i hx-get", page)
    assert "{{ 7 }}" in page or "@&lt;i" in page


@pytest.mark.parametrize("path", PATHS)
def test_pages_show_hostile_texts_as_text(client, admin, evil, path):
    client.force_login(admin)
    response = client.get(path)
    assert response.status_code == 200
    assert_text_only(response.content.decode())


@pytest.mark.parametrize(
    ("verb", "sent"),
    [
        ("reopen", {"version": 1, "note": EVIL}),
        ("start", {"version": 9, "note": EVIL}),
        ("links", {"pull_request": EVIL}),
        (
            "gates/quick/report",
            {"gates": [EVIL], "revision": EVIL, "branch": EVIL, "log": EVIL, "note": EVIL},
        ),
    ],
)
def test_answers_give_hostile_texts_back_as_text(client, admin, evil, verb, sent):
    client.force_login(admin)
    response = client.post(f"{PHASE}slices/C0/{verb}/", sent)
    assert response.status_code in (409, 422)
    assert_text_only(response.content.decode())
