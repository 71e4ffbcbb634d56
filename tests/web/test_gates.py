"""The page behind a cell of the gate matrix: badges with their reasons, history, and the verbs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from phases.actions.asked import Report
from phases.actions.evidence import retract
from phases.actions.runs import report_runs
from phases.actions.waivers import waive
from phases.models import GateRun
from phases.permissions import OPERATOR, Actor
from phases.views.histories import depth, recent
from phases.views.strength import told
from tests import factories

PHASE = "/initiatives/harbour/phases/C/"
QUICK = f"{PHASE}slices/C0/gates/quick/"
EXIT = f"{PHASE}gates/phase_exit/"
MACHINE = Actor(kind="token", name="ci", scopes=frozenset({"gates"}))


@pytest.fixture
def gate(phase):
    return factories.make_gate(phase, "C0")


@pytest.fixture
def lead_client(client, lead):
    client.force_login(lead)
    return client


@pytest.fixture
def seen(lead_client):
    """A function that answers the page's text as the lead sees it."""

    def text(path: str = QUICK, **query: str) -> str:
        response = lead_client.get(path, query)
        assert response.status_code == 200
        return str(response.content, "utf-8")

    return text


def key(gate, code="C0"):
    return f"gate:{code}/{gate.suite}/{gate.digest[:8]}" if gate.slice else f"exit:{gate.digest[:8]}"


def badge(how, word):
    return f'<span class="badge is-{how}">{word}</span>'


def test_gate_that_nobody_reported_teaches_how(seen, gate):
    page = seen()
    assert badge("never_run", "never run") in page
    assert "Nobody has reported this yet." in page
    assert "python client.py run harbour C C0 quick <span" in page
    assert 'href="/api/v1/docs"' in page


def test_attestation_that_nobody_vouched_for_says_so(seen, phase):
    factories.make_gate(phase, "C0", text="manifest_published")
    page = seen()
    assert badge("never_run", "not attested") in page
    assert "client.py" not in page, "no machine attests"


@pytest.mark.parametrize(("outcome", "how"), [("pass", "passed"), ("fail", "failed")])
def test_result_is_shown_with_its_sentence(seen, phase, gate, outcome, how):
    factories.make_run(phase, "C0", outcome=outcome, revision="r1")
    page = seen()
    assert badge(how, how) in page
    assert f"{how.capitalize()} at r1, reported by command line" in page


def test_stale_and_late_look_different(seen, phase, gate):
    phase.slices.filter(code="C0").update(files=["dock/**"])
    factories.make_run(phase, "C0", revision="r1", changed_files=())
    factories.make_gate(phase, "C1")
    factories.make_run(phase, "C1", revision="r2", changed_files=("dock/a",))
    assert badge("stale", "stale") in seen()
    factories.make_run(phase, "C0", revision="r1", changed_files=())
    assert badge("late", "late") in seen()


def test_not_applicable_and_waived_say_why(seen, phase, gate):
    waive(actor=OPERATOR, phase=phase, key=key(gate), reason="No runner yet.")
    assert badge("waived", "waived") in seen()
    assert "Waived by command line: No runner yet." in seen()
    phase.slices.filter(code="C0").update(status="deferred")
    assert badge("not_applicable", "not applicable") in seen()


def test_plan_of_a_gate_is_shown(seen, phase, gate):
    factories.make_gate(
        phase, "C0", text="make new", line=12, suite="mandatory_before", before=["C2"], replaces=gate
    )
    page = seen(f"{PHASE}slices/C0/gates/mandatory_before/")
    assert "line 12" in page
    assert "before C2" in page
    assert "it replaces make check" in page


def test_history_tells_source_and_strength(seen, phase, lead_client, gate):
    report = Report(suite="quick", slice="C0", outcome="pass", revision="ab" * 20, log="All good.")
    report_runs(actor=MACHINE, phase=phase, report=report)
    page = seen()
    assert "reported by machine, with log" in page
    assert "strength 5 of 5" in page
    assert f'title="{"ab" * 20}">abababa</code>' in page
    assert "log 9" in page


@pytest.mark.parametrize(
    ("source", "kind", "has_log", "words"),
    [
        ("token", "command", True, "reported by machine, with log"),
        ("token", "command", False, "reported by machine, without log"),
        ("person", "command", False, "reported by a person"),
        ("person", "attestation", False, "vouched for by a person"),
        ("operator", "command", None, "reported from the command line"),
    ],
)
def test_words_of_a_source(source, kind, has_log, words):
    assert told(source, kind, has_log=has_log) == words


def test_retracted_run_is_struck_through_with_its_reason(seen, phase, gate):
    run = factories.make_run(phase, "C0")
    retract(actor=OPERATOR, phase=phase, evidence=run.key, reason="Wrong machine.")
    page = seen()
    assert "<li class=retracted>" in page
    assert "Retracted by command line: Wrong machine." in page
    assert badge("never_run", "never run") in page


def test_runs_stand_in_the_order_in_which_they_count(seen, phase, gate):
    for revision in ("r1", "r2", "r1"):
        factories.make_run(phase, "C0", revision=revision)
    page = seen()
    first, second, third = (part[:3] for part in page.split('<code class="revision" title="')[1:])
    assert (first[:2], second[:2], third[:2]) == ("r2", "r1", "r1")


def test_long_history_is_folded_and_read_page_by_page(seen, phase, gate):
    runs = many(phase, gate, 130)
    page = seen()
    assert page.count('class="outcome pass"') == depth(1)
    assert "16 more runs" in page
    link = f"?gate={gate.digest[:8]}"
    assert f'href="{QUICK}{link}"' in page
    first = seen(gate=gate.digest[:8])
    assert first.count('class="outcome pass"') == 100
    following = seen(gate=gate.digest[:8], before=f"0.{runs[30].seq}")
    assert following.count('class="outcome pass"') == 30


@pytest.mark.parametrize("before", ["", "x", "1", "1.", ".1", "9" * 20 + ".1", "1.2.3", "<b>"])
def test_broken_mark_shows_the_first_page(seen, phase, gate, before):
    factories.make_run(phase, "C0")
    assert 'class="outcome pass"' in seen(gate=gate.digest[:8], before=before)


def test_archived_gates_keep_their_history(seen, phase, gate):
    factories.make_run(phase, "C0")
    phase.gates.update(archived=True)
    factories.make_gate(phase, "C0", text="make new")
    page = seen()
    assert "Gates of earlier packet revisions" in page
    assert "make check" in page.partition("Gates of earlier")[2]


def test_archived_slice_is_read_and_nothing_is_offered(seen, phase, gate):
    factories.make_run(phase, "C0")
    phase.slices.filter(code="C0").update(archived=True)
    page = seen()
    assert "nothing can be reported for it" in page
    assert 'class="outcome pass"' in page
    assert "hx-post" not in page


def test_page_of_the_phase_exit(seen, phase):
    factories.make_gate(phase, suite="phase_exit", text="make all")
    page = seen(EXIT)
    assert "<h1>Phase C" in page
    assert "client.py run harbour C phase_exit" in page


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"{PHASE}slices/C0/gates/nonsense/", "nonsense is not a suite. Suites are quick"),
        (f"{PHASE}slices/C0/gates/full/", "C0 has no gate in the suite full."),
        (f"{PHASE}slices/C9/gates/quick/", "Phase C has no slice C9."),
        (f"{PHASE}slices/C%00/gates/quick/", "Phase C has no slice"),
        (EXIT, "Phase C as a whole has no gate in the suite phase_exit."),
        (f"{QUICK}?gate=00000000", "has no gate 00000000"),
    ],
)
def test_what_is_not_there_is_404_with_a_sentence(lead_client, gate, path, said):
    response = lead_client.get(path)
    assert response.status_code == 404
    assert said in response.content.decode()


def test_viewer_reads_and_gets_no_form(client, viewer, gate):
    client.force_login(viewer)
    page = client.get(QUICK).content.decode()
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    assert "Members of @crew with the role lead, and admins." in page


def many(phase, gate, count):
    """As many runs as that, in ledger order, past the actions, and what they project."""
    start = GateRun.objects.count()
    rows = [
        GateRun(
            phase=phase,
            slice=gate.slice,
            gate=gate,
            seq=start + number + 1,
            at=timezone.now(),
            by="ci",
            source="token",
            outcome="pass",
        )
        for number in range(count)
    ]
    made = GateRun.objects.bulk_create(rows)
    gate.latest_run = made[-1]
    gate.save()
    return made


@pytest.mark.parametrize("path", [QUICK, f"{PHASE}slices/C0/"])
def test_pages_make_the_same_few_queries_for_any_number_of_runs(client, admin, phase, gate, path):
    client.force_login(admin)
    counts = []
    for runs in (10, 3000):
        many(phase, gate, runs)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        counts.append(len(captured))
    # Session, user, grants; phase (and slice); five of a snapshot; history; archived gates or none.
    assert counts[0] == counts[1] <= 11


def test_history_steps_into_the_index(phase, gate, monkeypatch):
    many(phase, gate, 3000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with CaptureQueriesContext(connection) as captured:
        recent(phase, [gate])
    explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    with connection.cursor() as cursor:
        cursor.execute(explain + captured[0]["sql"])
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert "latest_run_of_gate" in plan
    assert "Seq Scan on phases_gaterun" not in plan
    assert "SCAN phases_gaterun" not in plan
