"""POST .../retractions and .../redactions."""

from __future__ import annotations

import pytest

from phases.actions.artifacts import attach_artifact
from phases.actions.dispositions import dispose
from phases.actions.recording import NewDisposition
from phases.models import Event, GateRun, Token
from phases.permissions import Actor, actor_for_user
from tests.factories import make_gate, make_run, make_slice

from .conftest import HARBOUR, PHASE

RETRACT, REDACT = f"{PHASE}/retractions", f"{PHASE}/redactions"


@pytest.fixture
def ours(phase, machine):
    """A program that reported a failure: (program, key of the run)."""
    make_gate(phase, "C0")
    program = machine("gates", "read")
    body = {"slice": "C0", "suite": "quick", "gate": "make check", "outcome": "fail", "log": "hunter2"}
    return program, program.send(f"{PHASE}/gate-runs", body).json()["runs"][0]["key"]


def test_its_author_retracts_a_run(ours):
    program, key = ours
    answered = program.send(RETRACT, {"evidence": key, "reason": "Wrong machine."})
    assert answered.status_code == 201
    run = answered.json()
    assert (run["key"], run["badge"], run["retracted"]) == (key, "never_run", run["seq"] + 1)


def test_a_run_of_others_is_for_an_admin_to_retract(phase, machine, session, admin):
    make_gate(phase, "C0")
    body = {"evidence": make_run(phase, "C0").key, "reason": "Wrong machine."}
    assert machine("gates").send(RETRACT, body).status_code == 403
    assert session(admin).send(RETRACT, body).status_code == 201


def test_twice_is_refused(ours):
    program, key = ours
    body = {"evidence": key, "reason": "Wrong machine."}
    program.send(RETRACT, body)
    answered = program.send(RETRACT, body)
    assert (answered.status_code, answered.json()["error"]["code"]) == (422, "refused")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"evidence": "run:999999", "reason": "Wrong."}, 404),
        ({"evidence": "wheel", "reason": "Wrong."}, 422),
        ({"evidence": "run:" + "9" * 30, "reason": "Wrong."}, 422),
        ({"evidence": "run:1", "reason": ""}, 422),
        ({"evidence": "run:1"}, 422),
    ],
)
@pytest.mark.parametrize("path", [RETRACT, REDACT])
def test_what_is_no_evidence_or_has_no_reason(phase, session, admin, path, body, status):
    assert session(admin).send(path, body).status_code == status


def test_an_admin_redacts(ours, session, admin):
    program, key = ours
    answered = session(admin).send(REDACT, {"evidence": key, "reason": "A password."})
    assert (answered.status_code, answered.json()["verb"]) == (201, "redact")
    assert program.get(f"{PHASE}/gate-runs/{key.removeprefix('run:')}").json()["log"] == ""


def test_a_token_never_redacts(ours, machine):
    assert machine("gates", "import").send(REDACT, {"evidence": ours[1], "reason": "Why."}).status_code == 403
    assert not GateRun.objects.filter(redacted=True).exists()


def test_a_redacted_entry_says_so(ours, session, admin):
    program, key = ours
    session(admin).send(REDACT, {"evidence": key, "reason": "A password."})
    shown = {item["verb"]: item["redacted"] for item in program.get(f"{HARBOUR}/events").json()["items"]}
    assert shown == {"report": True, "redact": False}
    assert Event.objects.count() == 2


@pytest.fixture
def judged(phase, reviewer):
    """A round of review that the reviewer recorded."""
    make_slice(phase, "C3", kind="review", status="in_progress")
    asked = NewDisposition(verdict="approve", summary="All is well.")
    return dispose(actor=actor_for_user(reviewer), phase=phase, code="C3", asked=asked)


def test_a_reviewer_retracts_a_round(judged, session, reviewer):
    answered = session(reviewer).send(RETRACT, {"evidence": judged.key, "reason": "Too early."})
    said = {"evidence": judged.key, "kind": "review", "slice": "C3", "number": 1, "verdict": "approve"}
    assert (answered.status_code, answered.json()) == (201, said | {"retracted": 2})


def test_a_program_retracts_its_version(phase, machine):
    program = machine("artifacts")
    body = {"path": "docs/X.md", "content": "text"}
    version = attach_artifact(actor=_token(program), phase=phase, **body).version
    answered = program.send(RETRACT, {"evidence": version.key, "reason": "Wrong file."})
    said = {"evidence": version.key, "kind": "artifact", "path": "docs/X.md", "number": 1}
    assert (answered.status_code, answered.json()) == (201, said | {"retracted": 2})


def _token(program):
    name = Token.objects.get().name
    return Actor(kind="token", name=name, scopes=frozenset({"artifacts"}))


def test_a_run_says_the_same_and_its_evidence(ours):
    program, key = ours
    run = program.send(RETRACT, {"evidence": key, "reason": "Wrong machine."}).json()
    assert (run["evidence"], run["kind"], run["gate"]) == (key, "command", "make check")
