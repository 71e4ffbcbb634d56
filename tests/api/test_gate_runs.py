"""POST .../gate-runs: one gate, several, a whole suite."""

from __future__ import annotations

import pytest

from phases.models import GateRun
from tests.factories import make_gate

from .conftest import PHASE

RUNS = f"{PHASE}/gate-runs"
QUICK = {"slice": "C0", "suite": "quick"}


@pytest.fixture
def quick(phase):
    """C0 has two commands and an attestation in its quick suite."""
    return [make_gate(phase, "C0", text=text) for text in ("make check", "make lint", "notes_published")]


@pytest.fixture
def ci(quick, machine):
    return machine("gates", "read")


def refused(answered):
    """(status, code, names of the fields)."""
    error = answered.json()["error"]
    return answered.status_code, error["code"], sorted(error["fields"])


def test_one_gate(ci):
    body = QUICK | {"gate": "make check", "outcome": "pass", "revision": "a" * 40, "log": "all well\n"}
    answered = ci.send(RUNS, body)
    assert answered.status_code == 201
    (run,) = answered.json()["runs"]
    expected = {"gate": "make check", "slice": "C0", "suite": "quick", "outcome": "pass", "late": False}
    assert run.items() >= (expected | {"revision": "a" * 40, "log_bytes": 9, "source": "token"}).items()
    assert run["key"] == f"run:{run['id']}"


def test_a_gate_is_named_by_its_key_too(ci, quick):
    answered = ci.send(RUNS, QUICK | {"gate": f"gate:C0/quick/{quick[1].digest[:8]}", "outcome": "fail"})
    assert answered.json()["runs"][0]["gate"] == "make lint"


def test_the_answer_says_what_the_gate_counts_for_now(ci):
    run = ci.send(RUNS, QUICK | {"gate": "make check", "outcome": "fail", "note": "Two faults."}).json()[
        "runs"
    ][0]
    assert (run["state"], run["badge"]) == ("unmet", "failed")
    assert "Two faults." in run["why"]


def test_several_gates_at_once(ci):
    results = [
        {"gate": "make check", "outcome": "pass", "duration_ms": 1200},
        {"gate": "make lint", "outcome": "fail", "log": "line 3\n"},
    ]
    runs = ci.send(RUNS, QUICK | {"results": results}).json()["runs"]
    assert [(run["gate"], run["outcome"]) for run in runs] == [("make check", "pass"), ("make lint", "fail")]
    assert [run["duration_ms"] for run in runs] == [1200, None]


def test_the_outcome_alone_speaks_for_the_commands_of_the_suite(ci):
    answered = ci.send(RUNS, QUICK | {"outcome": "pass"}).json()
    assert [run["gate"] for run in answered["runs"]] == ["make check", "make lint"]
    assert answered["skipped"] == ["notes_published"]


def test_a_suite_of_attestations_records_nothing(phase, machine):
    make_gate(phase, "C0", suite="closure", text="manifest_published")
    answered = machine("gates").send(RUNS, {"slice": "C0", "suite": "closure", "outcome": "pass"})
    assert (answered.status_code, answered.json()) == (200, {"runs": [], "skipped": ["manifest_published"]})


def test_a_token_never_attests(ci):
    answered = ci.send(RUNS, QUICK | {"gate": "notes_published", "outcome": "pass"})
    assert refused(answered) == (403, "forbidden", [])
    assert not GateRun.objects.exists()


def test_one_attestation_among_results_refuses_them_all(ci):
    results = [{"gate": text, "outcome": "pass"} for text in ("make check", "notes_published")]
    assert ci.send(RUNS, QUICK | {"results": results}).status_code == 403
    assert not GateRun.objects.exists()


def test_a_person_attests(quick, session, lead):
    answered = session(lead).send(RUNS, QUICK | {"gate": "notes_published", "outcome": "pass"})
    assert answered.status_code == 201
    assert (
        answered.json()["runs"][0].items()
        >= {"by": "lead", "source": "person", "kind": "attestation"}.items()
    )


def test_a_lead_of_other_slices_reports_nothing_here(phase, session, reviewer):
    assert session(reviewer).send(RUNS, QUICK | {"outcome": "pass"}).status_code == 403


def test_the_phase_exit_has_no_slice(phase, machine):
    make_gate(phase, suite="phase_exit", text="make all")
    answered = machine("gates").send(RUNS, {"suite": "phase_exit", "outcome": "pass"})
    assert answered.json()["runs"][0]["gate_key"].startswith("exit:")


@pytest.mark.parametrize("code", ["", "C0"])
def test_extra_takes_any_command(ci, code):
    body = {"slice": code, "suite": "extra", "gate": "make soak", "outcome": "fail"}
    run = ci.send(RUNS, body).json()["runs"][0]
    assert (run["slice"], run["suite"], run["state"]) == (code, "extra", "not_applicable")


def test_changed_files_are_kept_and_unknown_ones_are_null(ci):
    body = QUICK | {"gate": "make check", "outcome": "pass", "revision": "b" * 40}
    assert ci.send(RUNS, body).json()["runs"][0]["changed_files"] is None
    run = ci.send(RUNS, body | {"changed_files": ["src/quay.py"]}).json()["runs"][0]
    assert (run["changed_files"], run["changed_files_count"]) == (["src/quay.py"], 1)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"slice": "C7"}, "slice", "C0, C1, C2"),
        ({"slice": ""}, "slice", "C0, C1, C2"),
        ({"suite": "full"}, "suite", "quick"),
        ({"suite": "slow"}, "suite", "mandatory_before"),
        ({"gate": "make tea"}, "gate", "`make check`"),
        ({"results": [{"gate": "make check", "outcome": "pass"}]}, "gate", "`results`"),
        ({"outcome": ""}, "outcome", "pass or fail"),
        ({"gate": "", "outcome": ""}, "outcome", "`results`"),
        ({"outcome": "passed"}, "outcome", "pass"),
        ({"base": "c" * 40}, "revision", "name it"),
        ({"url": "ci.example.org"}, "url", "https://"),
        ({"revision": "two words"}, "revision", "one word"),
        ({"changed_files": ["a\nb"], "revision": "abc"}, "changed_files", "path"),
        ({"duration": 3}, "duration", ""),
    ],
)
def test_what_is_wrong_is_named_with_what_exists(ci, change, field, words):
    answered = ci.send(RUNS, QUICK | {"gate": "make check", "outcome": "pass"} | change)
    assert refused(answered) == (422, "invalid", [field])
    assert words in answered.json()["error"]["fields"][field]
    assert not GateRun.objects.exists()


@pytest.mark.parametrize("log", ["half \\ud800", "nul \\u0000"])
def test_whatever_a_machine_prints_is_taken(ci, log):
    body = '{"slice": "C0", "suite": "quick", "gate": "make check", "outcome": "pass", "log": "'
    assert ci.send(RUNS, f'{body}{log}"}}').status_code == 201


def test_the_same_key_answers_the_same_run(ci):
    body, key = QUICK | {"gate": "make check", "outcome": "pass"}, {"Idempotency-Key": "job-7"}
    first, second = (ci.send(RUNS, body, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert GateRun.objects.count() == 1


def test_the_same_key_with_another_body_is_a_mismatch(ci):
    key = {"Idempotency-Key": "job-7"}
    ci.send(RUNS, QUICK | {"outcome": "pass"}, headers=key)
    answered = ci.send(RUNS, QUICK | {"outcome": "fail"}, headers=key)
    assert refused(answered) == (409, "idempotency_mismatch", [])


def test_a_key_that_is_too_long_is_refused(ci):
    answered = ci.send(RUNS, QUICK | {"outcome": "pass"}, headers={"Idempotency-Key": "k" * 201})
    assert refused(answered) == (422, "invalid", ["Idempotency-Key"])


def test_a_repeated_key_is_answered_although_the_gate_is_gone(ci, phase):
    key = {"Idempotency-Key": "job-7"}
    ci.send(RUNS, QUICK | {"gate": "make check", "outcome": "pass"}, headers=key)
    phase.gates.update(archived=True)
    run = ci.send(RUNS, QUICK | {"gate": "make check", "outcome": "pass"}, headers=key).json()["runs"][0]
    assert (run["state"], "no longer asks" in run["why"]) == ("not_applicable", True)


def test_answering_costs_the_same_for_one_gate_and_for_many(phase, machine, django_assert_max_num_queries):
    for number in range(40):
        make_gate(phase, "C0", text=f"make part{number}")
    body, key = QUICK | {"outcome": "pass"}, {"Idempotency-Key": "job-7"}
    ci = machine("gates")
    ci.send(RUNS, body, headers=key)
    with django_assert_max_num_queries(22):
        ci.send(RUNS, body, headers=key)
