"""GET .../gate-runs, of a phase, of a slice, and one alone; what phases and slices say of their gates."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phases.actions.evidence import redact, retract
from phases.permissions import OPERATOR
from tests.factories import make_gate, make_run

from .conftest import PHASE

RUNS = f"{PHASE}/gate-runs"


@pytest.fixture
def get(phase, machine):
    """GETs with a token that may read, and answers the JSON."""
    program = machine("read")
    return lambda path, **query: program.get(path, query).json()


@pytest.fixture
def runs(phase):
    """C0 passed, C0 failed, C1 passed; in this order."""
    make_gate(phase, "C0")
    make_gate(phase, "C1", suite="full", text="make all")
    made = [("C0", "make check", "pass"), ("C0", "make check", "fail"), ("C1", "make all", "pass")]
    return [make_run(phase, *each, revision=str(number) * 40) for number, each in enumerate(made)]


def ids(answered):
    return [run["id"] for run in answered["items"]]


def test_the_newest_comes_first(runs, get):
    assert ids(get(RUNS)) == [run.pk for run in reversed(runs)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"slice": "C0"}, [1, 0]),
        ({"suite": "full"}, [2]),
        ({"gate": "make check"}, [1, 0]),
        ({"outcome": "fail"}, [1]),
        ({"slice": "C1", "outcome": "fail"}, []),
        ({"slice": "C9"}, []),
        ({"slice": "a\0b"}, []),
        ({"gate": "make\0tea"}, []),
    ],
)
def test_filters(runs, get, query, found):
    assert ids(get(RUNS, **query)) == [runs[place].pk for place in found]


def test_a_gate_is_found_by_its_key(runs, get):
    key = get(f"{PHASE}/slices/C1")["gates"][0]["key"]
    assert ids(get(RUNS, gate=key)) == [runs[2].pk]
    assert ids(get(RUNS, gate=key.replace("C1", "C0"))) == []


@pytest.mark.parametrize(("name", "accepted"), [("suite", "phase_exit"), ("outcome", "fail")])
def test_an_unknown_word_is_answered_with_the_known_ones(phase, get, name, accepted):
    assert accepted in get(RUNS, **{name: "zzz"})["error"]["fields"][name]


def test_pages_go_on_where_the_last_one_ended(runs, get):
    first = get(RUNS, limit=2)
    rest = get(RUNS, limit=2, before=first["next"])
    assert (ids(first) + ids(rest), rest["next"]) == ([run.pk for run in reversed(runs)], None)


def test_a_slice_has_its_own(runs, get):
    assert ids(get(f"{PHASE}/slices/C0/gate-runs", outcome="pass")) == [runs[0].pk]


def test_an_unknown_slice_has_none(runs, get):
    assert get(f"{PHASE}/slices/C9/gate-runs")["error"]["code"] == "not_found"


def test_one_alone_has_its_log_and_all_its_files(phase, get):
    make_gate(phase, "C0")
    files = tuple(f"src/{number}.py" for number in range(120))
    run = make_run(phase, "C0", revision="a" * 40, changed_files=files, log="all well")
    listed, alone = get(RUNS)["items"][0], get(f"{RUNS}/{run.pk}")
    assert (len(listed["changed_files"]), listed["changed_files_count"]) == (100, 120)
    assert (len(alone["changed_files"]), alone["log"], alone["badge"]) == (120, "all well", "passed")


@pytest.mark.parametrize("number", ["0", "999999999999999999999999", "x"])
def test_an_unknown_run_is_not_found(runs, get, number):
    assert get(f"{RUNS}/{number}")["error"]["code"] == "not_found"


def test_a_retracted_run_says_by_whom_and_why(phase, runs, get):
    retract(actor=OPERATOR, phase=phase, evidence=runs[1].key, reason="Wrong machine.")
    alone = get(f"{RUNS}/{runs[1].pk}")
    assert alone["retraction"].items() >= {"by": "command line", "reason": "Wrong machine."}.items()
    assert (alone["badge"], get(f"{RUNS}/{runs[0].pk}")["retraction"]) == ("passed", None)


def test_a_redacted_run_shows_no_text(phase, get):
    make_gate(phase, "C0")
    run = make_run(phase, "C0", log="hunter2", note="hunter2")
    redact(actor=OPERATOR, phase=phase, evidence=run.key, reason="A password.")
    alone = get(f"{RUNS}/{run.pk}")
    assert (alone["redacted"], alone["log"], "hunter2" in str(alone)) == (True, "", False)


def test_a_log_shared_with_a_redacted_run_is_said_to_be_gone(phase, get):
    make_gate(phase, "C0")
    first, second = (make_run(phase, "C0", log="hunter2") for _ in range(2))
    redact(actor=OPERATOR, phase=phase, evidence=first.key, reason="A password.")
    assert get(f"{RUNS}/{second.pk}")["redacted"] is True


def test_lists_load_no_logs_and_cost_the_same_for_any_history(phase, machine):
    make_gate(phase, "C0")
    make_run(phase, "C0", log="the first log")
    program, costs = machine("read"), []
    program.get(RUNS)
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            program.get(RUNS)
        costs.append(len(asked))
        for number in range(10):
            make_run(phase, "C0", log=f"log {number}")
    assert costs[0] == costs[1] <= 5
    assert not any('"phases_log"."text"' in query["sql"] for query in asked.captured_queries)


def test_a_phase_says_what_each_gate_shows(phase, runs, get):
    first = get(PHASE)["slices"][0]["gates"][0]
    assert (first["state"], first["badge"]) == ("unmet", "failed")
    assert first["run"].items() >= {"key": runs[1].key, "outcome": "fail"}.items()
    assert get(PHASE)["last_revision"] == "2" * 40


def test_a_gate_that_never_ran_has_no_run(phase, get):
    make_gate(phase, suite="phase_exit", text="make all")
    (exit_gate,) = get(PHASE)["exit_gates"]
    assert (exit_gate["badge"], exit_gate["run"]) == ("never_run", None)


def test_a_command_that_no_packet_asks_for_is_no_requirement(phase, machine, get):
    body = {"suite": "extra", "gate": "make soak", "outcome": "fail"}
    machine("gates").send(RUNS, body)
    (extra,) = get(PHASE)["extra_gates"]
    assert (extra["state"], extra["run"]["outcome"]) == ("not_applicable", "fail")


def test_a_slice_tells_what_runs_say_of_its_trigger_criteria(phase, runs, get):
    texts = ["check:x fails", "make all fails", "The pier sinks"]
    phase.slices.filter(code="C1").update(trigger_criteria=texts)
    found = get(f"{PHASE}/slices/C1")["criteria"]
    assert [one["answer"] for one in found] == ["unknown", "not_triggered", "person"]
    assert [one["runs"] for one in found] == [[], [runs[2].key], []]
    assert [one["criterion"] for one in found] == [1, 2, 3]
