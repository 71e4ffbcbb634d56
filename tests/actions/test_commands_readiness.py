"""`manage.py readiness`: the answer as text, as JSON, and as an exit code."""

from __future__ import annotations

import json

import pytest

from phases.actions.handoffs import hand_off
from phases.management.commands import readiness
from phases.models import Phase
from phases.permissions import OPERATOR
from phases.readiness_shapes import answer

from .test_commands_import import run

WHERE = ("readiness", "observatory", "D")


def answered(*more):
    """(exit code, JSON document)."""
    code, out, _ = run(*WHERE, *more, "--json")
    return code, json.loads(out)


@pytest.fixture
def landed(phase):
    """Everything is done."""
    phase.gates.all().delete()
    phase.slices.filter(code="D3").update(kind="docs")
    phase.slices.update(status="landed")
    for item in phase.slices.all():
        item.artifacts.all().delete()
    return phase


def test_not_ready_is_1_with_the_way(phase):
    code, out, _ = run(*WHERE)
    lines = out.splitlines()
    assert (code, lines[0]) == (
        1,
        "Phase D of observatory is not ready: 0 met, 8 unmet, 0 waived, 0 not applicable.",
    )
    assert lines[1:4] == [
        "Now:",
        "  start D1 @dome: Nothing keeps D1 from starting. Next: @dome starts it. (slice:D1)",
        "Then:",
    ]


def test_ready_is_0(landed):
    code, out, _ = run(*WHERE)
    assert (code, out) == (
        0,
        "Phase D of observatory is ready: 3 met, 0 unmet, 0 waived, 0 not applicable.\n",
    )


def test_a_handoff_is_told(landed):
    hand_off(actor=OPERATOR, phase=Phase.objects.get())
    code, out, _ = run(*WHERE)
    assert (code, "It was handed off by command line at 20" in out) == (0, True)


def test_disorder_is_told(phase):
    phase.slices.filter(code="D2").update(status="landed")
    assert "D2 is landed, but D1, which it needs, is planned again.\n" in run(*WHERE)[1]


def test_json_is_the_document_of_the_api(phase):
    code, said = answered()
    again = answer(Phase.objects.select_related("initiative", "revision").get(), at=said["at"])
    assert (code, said) == (1, again)


def test_the_answer_of_a_moment_is_given_again(phase):
    _, before = answered()
    run("report_gate", "observatory", "D", "D1", "quick", "--outcome", "pass")
    _, after = answered()
    assert after["counts"]["met"] == 1
    assert answered("--at", before["at"]) == (1, before)


def test_a_past_verdict_names_its_moment(phase):
    moment = answered()[1]["at"]
    lines = run(*WHERE, "--at", moment)[1].splitlines()
    assert lines[0].startswith(f"Phase D of observatory was not ready at {moment}: 0 met")
    assert lines[1] == "Possible then:"


def test_assumptions_are_several(phase):
    code, said = answered("--assume", "slice:D1", "slice:D2", "--assume", "slice:D3")
    assert (code, said["assumed"], said["counts"]["met"]) == (1, ["slice:D1", "slice:D2", "slice:D3"], 3)
    assert run(*WHERE, "--assume", "slice:D1")[1].startswith("Phase D of observatory would be not ready")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("readiness", "observatory", "Z"), 2, "no phase Z"),
        (("readiness", "nowhere", "D"), 2, "no initiative nowhere"),
        ((*WHERE, "--at", "soon"), 2, "is no moment"),
        ((*WHERE, "--at", "9999-01-01"), 2, "still to come"),
        ((*WHERE, "--at", "2001-01-01"), 2, "had no packet yet"),
        ((*WHERE, "--at", "0001-01-01"), 2, "had no packet yet on 0001-01-01 at 23:59 UTC"),
        ((*WHERE, "--assume", "slice:D9"), 2, "is no requirement of phase D"),
    ],
)
def test_what_cannot_be_asked_is_2(phase, words, code, told):
    ended, _, err = run(*words)
    assert (ended, told in err) == (code, True)


def test_what_cannot_be_computed_is_3(phase, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no answer")

    monkeypatch.setattr(readiness, "answer", broken)
    code, out, err = run(*WHERE, "--json")
    assert (code, json.loads(out)["error"]["code"]) == (3, "fault")
    assert "no answer" in err
