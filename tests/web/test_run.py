"""The page of one run: what was reported, its log, and taking it back."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phases.actions import evidence
from phases.actions.asked import Report, Result
from phases.actions.runs import report_runs
from phases.models import GateRun, Log
from phases.permissions import OPERATOR, actor_for_user
from phases.snapshot import gate_key, load
from phases.views.run_page import Shared, find, prepare
from tests import factories

PHASE = "/initiatives/harbour/phases/C/"


@pytest.fixture
def gate(phase):
    return factories.make_gate(phase, "C0")


@pytest.fixture
def mine(phase, gate, lead):
    """A function that reports as the lead and answers the address of the run."""

    def reported(log="", outcome="pass", **fields):
        report = Report(suite="quick", slice="C0", results=(Result("make check", outcome, log),), **fields)
        run = report_runs(actor=actor_for_user(lead), phase=phase, report=report).runs[0]
        return f"{PHASE}runs/{run.pk}/"

    return reported


@pytest.fixture
def lead_client(client, lead):
    client.force_login(lead)
    return client


@pytest.fixture
def admin_client(client, admin):
    client.force_login(admin)
    return client


def text(client, path, **query):
    response = client.get(path, query)
    assert response.status_code == 200
    return response.content.decode()


def test_everything_that_was_reported_is_shown(lead_client, mine):
    page = text(
        lead_client,
        mine(
            "All good.",
            revision="ab" * 20,
            base="r0",
            changed_files=("dock/a.py",),
            branch="basin",
            url="https://ci.example/1",
            note="By hand.",
        ),
    )
    for said in ("ab" * 20, "dock/a.py", "basin", "By hand.", "All good.", "reported by a person, with log"):
        assert said in page
    assert '<a href="https://ci.example/1" rel="noopener noreferrer">' in page


@pytest.mark.parametrize(
    ("files", "said"), [(None, "unknown: the report did not say"), ((), "<dd>none</dd>")]
)
def test_unknown_files_and_no_files_look_different(lead_client, mine, files, said):
    assert said in text(lead_client, mine(revision="r1", changed_files=files))


def test_page_says_whether_the_run_counts(lead_client, mine):
    first, second = mine(outcome="fail"), mine()
    assert f'No: <a href="{second}">another run</a> is judged.' in text(lead_client, first)
    assert "Passed, reported by lead." in text(lead_client, second)


def test_run_that_the_gate_has_left_behind_is_only_the_last_one(lead_client, mine, phase, gate):
    phase.slices.filter(code="C0").update(files=["dock/**"])
    assert "the run that counts" in text(lead_client, path := mine(revision="r1", changed_files=()))
    factories.make_gate(phase, "C1")
    factories.make_run(phase, "C1", revision="r2", changed_files=("dock/a",))
    assert "the last run; its gate is stale now" in text(lead_client, path)


def test_run_of_an_archived_gate_counts_no_more(lead_client, mine, phase):
    path = mine()
    phase.gates.update(archived=True)
    assert "the packet no longer names its gate" in text(lead_client, path)


def test_log_is_shown_without_the_codes_of_a_terminal(lead_client, mine):
    path = mine("\x1b[32mgreen\x1b[0m\n\x1b]0;title\x07done\rdone twice")
    assert '<pre class="log">green\ndone\ndone twice</pre>' in text(lead_client, path)


def test_cut_is_marked_where_something_was_cut(lead_client, mine):
    page = text(lead_client, mine("begin " + "x" * 300_000 + " end"))
    assert '<mark class="cut">[… ' in page
    assert "were cut out here …]</mark>" in page


def test_words_of_a_cut_are_no_cut(lead_client, mine):
    page = text(lead_client, mine("[… 5 bytes of 9 were cut out here …]"))
    assert "were cut out here" in page
    assert 'class="cut"' not in page


def test_log_with_line_numbers(lead_client, mine):
    path = mine("\n".join(f"row {n}" for n in range(1, 2502)))
    page = text(lead_client, path, line="2400")
    assert '<span id="L2001" class="row">' in page
    assert "Lines 2001 to 2501 of 2501" in page
    assert "row 2000" not in page


@pytest.mark.parametrize("line", ["0", "x", "-1", "9" * 30, "٣"])
def test_any_line_number_is_answered(lead_client, mine, line):
    assert "row" in text(lead_client, mine("row"), line=line)


def test_log_is_downloaded_as_text_and_nothing_else(lead_client, mine):
    path = mine("<script>\x1b[31mred")
    response = lead_client.get(f"{path}log/")
    assert response.content == b"<script>\x1b[31mred"
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}


def test_run_without_a_log_has_none_to_download(lead_client, mine):
    path = mine()
    assert "None was reported with this run." in text(lead_client, path)
    assert lead_client.get(f"{path}log/").status_code == 404


def test_author_retracts_with_a_reason(lead_client, mine):
    path = mine()
    response = lead_client.post(f"{path}retract/", {"reason": "Wrong branch."})
    assert response["Location"] == path
    page = text(lead_client, path)
    assert "retracted this run, so it does not count" in page
    assert "Wrong branch." in page
    assert "No: it was retracted." in page
    assert 'id="retract"' not in page


def test_retraction_without_reason_is_refused(lead_client, mine):
    response = lead_client.post(f"{mine()}retract/", {"reason": " "})
    assert response.status_code == 422
    assert "Say why this evidence should not count." in response.content.decode()


def test_others_may_not_retract_and_are_not_offered_it(client, mine, phase):
    path = mine()
    client.force_login(factories.make_user("other", "lead"))
    assert 'id="retract"' not in text(client, path)
    assert client.post(f"{path}retract/", {"reason": "No."}).status_code == 403
    assert not GateRun.objects.get().retracted


def test_admin_redacts_what_nobody_can_bring_back(admin_client, mine):
    path = mine("password=hunter2", note="hunter2", url="https://ci.example/hunter2")
    assert "It cannot be undone" in text(admin_client, path)
    admin_client.post(f"{path}redact/", {"reason": "A password.", "sure": "on"})
    page = text(admin_client, path)
    assert "hunter2" not in page
    assert "took its texts away" in page
    assert Log.objects.get().digest in page
    assert admin_client.get(f"{path}log/").status_code == 404
    assert 'href="[redacted]"' not in page + text(admin_client, f"{PHASE}slices/C0/gates/quick/")


def test_redaction_asks_first(admin_client, mine):
    path = mine("hunter2")
    response = admin_client.post(f"{path}redact/", {"reason": "A password."})
    assert response.status_code == 422
    assert "say that you know" in response.content.decode()
    assert Log.objects.get().text == "hunter2"


def test_lead_is_not_offered_to_redact(lead_client, mine):
    path = mine()
    assert 'id="redact"' not in text(lead_client, path)
    assert lead_client.post(f"{path}redact/", {"reason": "x", "sure": "on"}).status_code == 403


def redact(client, path, reason="A password."):
    return client.post(f"{path}redact/", {"reason": reason, "sure": "on"})


def test_log_shared_with_a_redacted_run_says_who_took_it_and_why(admin_client, mine):
    first, second = mine("hunter2", note="mine"), mine("hunter2")
    redact(admin_client, first)
    page = text(admin_client, second)
    assert "Redacted: " in page
    assert f'printed the same as <a href="{first}">' in page
    assert "whose texts <b>admin</b> took away" in page
    assert "A password." in page


def test_log_printed_again_after_its_redaction_is_not_kept(admin_client, mine):
    first = mine("hunter2")
    redact(admin_client, first)
    page = text(admin_client, mine("hunter2"))
    assert "hunter2" not in page
    assert f'<a href="{first}">' in page
    assert "a run that prints exactly the same has none" in page


def test_log_redacted_elsewhere_is_told_without_a_place(lead, admin, mine):
    first = GateRun.objects.get(pk=mine("hunter2").split("/")[-2])
    other = factories.make_phase("X", slug="elsewhere")
    factories.make_gate(other, "C0")
    run = factories.make_run(other, "C0", log="hunter2")
    evidence.redact(actor=actor_for_user(admin), phase=other, evidence=run.key, reason="A password.")
    bound = replace(actor_for_user(lead), only_initiative=first.phase.initiative_id)
    found = find(first.phase, first.pk, with_log=True)
    shared = prepare(bound, found.phase, load(found.phase), found, from_line="").shared
    assert shared == Shared()
    assert prepare(actor_for_user(lead), found.phase, load(found.phase), found, from_line="").shared.entry


def test_redacted_files_are_said_to_be_gone(admin_client, mine):
    path = mine(revision="r1", changed_files=("hunter2.py",))
    redact(admin_client, path)
    page = text(admin_client, path)
    assert '<span class="quiet">taken away</span>' in page
    assert "hunter2.py" not in page
    assert "decide what is stale" in page


def test_redaction_of_a_run_without_texts_is_refused(admin_client, mine):
    response = redact(admin_client, mine())
    assert response.status_code == 422
    assert "holds no text that could be taken away" in response.content.decode()


def test_redaction_of_a_command_offers_to_take_its_text(admin_client, mine, phase):
    report = Report(suite="extra", results=(Result("curl hunter2", "pass"),))
    run = report_runs(actor=OPERATOR, phase=phase, report=report).runs[0]
    path = f"{PHASE}runs/{run.pk}/"
    assert "and the text of its command" in text(admin_client, path)
    assert "and the text of its command" not in text(admin_client, mine())
    redact(admin_client, path)
    for page in (path, f"{PHASE}gates/extra/", PHASE, f"{PHASE}activity/"):
        assert "hunter2" not in text(admin_client, page)
    again = {"gates": [gate_key("", "extra", run.gate.digest)], "outcome": "pass"}
    assert admin_client.post(f"{PHASE}gates/extra/report/", again).status_code == 302
    assert GateRun.objects.first().gate_id == run.gate_id


@pytest.mark.parametrize("pk", ["0", "999", "9" * 30])
def test_unknown_run_is_404(lead_client, phase, pk):
    for path in (f"{PHASE}runs/{pk}/", f"{PHASE}runs/{pk}/log/"):
        assert lead_client.get(path).status_code == 404


def test_run_of_another_phase_is_404(lead_client, mine):
    factories.make_phase("D", needs={"D0": ()})
    path = mine().replace("/C/", "/D/")
    assert lead_client.get(path).status_code == 404


def test_poll_brings_no_log(lead_client, mine):
    region = lead_client.get(mine("All good."), headers={"hx-request": "true"})
    assert "All good." not in region.content.decode()
    known = {"hx-request": "true", "if-none-match": region["ETag"]}
    assert lead_client.get(region.wsgi_request.path, headers=known).status_code == 304


def test_page_makes_few_queries(admin_client, mine, phase):
    path = mine("hunter2")
    admin_client.post(f"{path}retract/", {"reason": "Wrong."})
    admin_client.post(f"{path}redact/", {"reason": "A password.", "sure": "on"})
    with CaptureQueriesContext(connection) as captured:
        text(admin_client, path)
    # Session, user, grants; phase, run; five of a snapshot; what was taken back, what was taken away.
    assert len(captured) <= 12


def test_run_of_the_phase_exit(lead_client, phase):
    factories.make_gate(phase, suite="phase_exit", text="make all")
    run = factories.make_run(phase, text="make all")
    page = text(lead_client, f"{PHASE}runs/{run.pk}/")
    assert "phase C, phase exit" in page
    assert f'href="{PHASE}gates/phase_exit/"' in page
