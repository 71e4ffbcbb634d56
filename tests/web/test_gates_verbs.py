"""The verbs on the gates of a suite: reporting, attesting, waiving; by whom, and what is refused."""

import pytest
from django.test import Client

from phases.models import GateRun, Waiver
from tests import factories

from .test_gates import PHASE, QUICK, badge, gate, key, lead_client, seen

__all__ = ["gate", "lead_client", "seen"]


def report(client, gate, page=QUICK, **fields):
    return client.post(f"{page}report/", {"gates": [key(gate)], "outcome": "pass"} | fields)


def test_person_reports_with_everything(lead_client, phase, gate):
    sent = {
        "outcome": "fail",
        "revision": "r7",
        "changed_files": "dock/a.py\r\n\r\n dock/b.py \r\n",
        "branch": "basin",
        "url": "https://ci.example/1",
        "log": "line 1\r\nline 2",
        "note": "By hand.",
    }
    response = report(lead_client, gate, **sent)
    assert response["Location"] == QUICK
    run = GateRun.objects.select_related("log").get()
    assert (run.outcome, run.source, run.by, run.revision) == ("fail", "person", "lead", "r7")
    assert run.files == ["dock/a.py", "dock/b.py"]
    assert (run.branch, run.url, run.note) == ("basin", "https://ci.example/1", "By hand.")
    assert run.log.text == "line 1\nline 2"


@pytest.mark.parametrize(("sent", "files"), [({}, None), ({"no_files": "on"}, [])])
def test_unknown_files_and_no_files_are_told_apart(lead_client, gate, sent, files):
    report(lead_client, gate, revision="r1", **sent)
    assert GateRun.objects.get().files == files


def test_several_commands_are_reported_at_once(lead_client, phase, gate):
    other = factories.make_gate(phase, "C0", text="make lint")
    response = lead_client.post(
        f"{QUICK}report/", {"gates": [key(gate), key(other)], "outcome": "pass"}, follow=True
    )
    assert "2 results recorded as passed." in response.content.decode()
    assert GateRun.objects.count() == 2


def test_extra_command_is_reported_again(lead_client, phase):
    gate = factories.make_gate(phase, "C0", suite="extra", text="make soak")
    report(lead_client, gate, f"{PHASE}slices/C0/gates/extra/")
    assert gate.runs.count() == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"gates": []}, "Choose at least one."),
        ({"gates": ["gate:C0/quick/00000000"]}, "is not in the suite any more"),
        ({"outcome": ""}, "Say whether they passed or failed."),
        ({"changed_files": "a.py", "no_files": "on", "revision": "r1"}, "leave one of the two"),
        ({"changed_files": "a.py"}, "belong to a revision"),
        ({"url": "javascript:alert(1)"}, "Give the whole web address"),
        ({"revision": "two words"}, "is not a commit"),
    ],
)
def test_refused_report_says_why_and_keeps_what_was_typed(lead_client, gate, sent, said):
    response = report(lead_client, gate, **({"note": "Kept words."} | sent))
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert "Kept words.</textarea>" in page
    assert not GateRun.objects.exists()


def test_whole_suite_is_attested_with_one_note(lead_client, phase):
    names = ("docs_read", "manifest_seen")
    gates = [factories.make_gate(phase, "C0", text=text) for text in names]
    lead_client.post(f"{QUICK}attest/", {"gates": [key(gate) for gate in gates], "note": "Seen both."})
    assert [run.note for run in GateRun.objects.all()] == ["Seen both."] * 2
    assert all(gate.runs.get().outcome == "pass" for gate in gates)


@pytest.mark.parametrize(("vouched", "ticked"), [((), []), (("docs_read",), ["manifest_seen"])])
def test_only_the_last_attestation_that_waits_is_ticked(lead_client, phase, vouched, ticked):
    gates = [factories.make_gate(phase, "C0", text=text) for text in ("docs_read", "manifest_seen")]
    lead_client.post(f"{QUICK}attest/", {"gates": [key(one) for one in gates if one.text in vouched]})
    page = lead_client.get(QUICK).content.decode()
    found = [one.text for one in gates if f'value="{key(one)}" checked>' in page]
    assert found == ticked


def test_report_form_takes_no_attestation(lead_client, phase, gate):
    vouched = factories.make_gate(phase, "C0", text="seen")
    assert report(lead_client, vouched).status_code == 422


def test_htmx_gets_the_fresh_region(lead_client, phase, gate):
    response = lead_client.post(
        f"{QUICK}report/", {"gates": [key(gate)], "outcome": "pass"}, headers={"hx-request": "true"}
    )
    region = response.content.decode()
    assert badge("passed", "passed") in region
    assert "<html" not in region


def test_late_report_says_that_it_may_not_count(lead_client, phase, gate):
    for revision in ("r1", "r2"):
        report(lead_client, gate, revision=revision)
    response = lead_client.post(
        f"{QUICK}report/", {"gates": [key(gate)], "outcome": "pass", "revision": "r1"}, follow=True
    )
    assert "A newer revision is known already" in response.content.decode()


def test_gate_is_waived_and_the_waiver_withdrawn_on_the_page(lead_client, phase, gate, seen):
    sent = {"key": key(gate), "reason": "No runner.", "code": "C0", "came_from": "gates/quick"}
    assert f'name="key" value="{key(gate)}"' in seen()
    assert lead_client.post(f"{PHASE}waive/", sent)["Location"] == QUICK
    assert badge("waived", "waived") in seen()
    address = f"/initiatives/harbour/waivers/{Waiver.objects.get().pk}/withdraw/"
    sent = {"reason": "It is there.", "came_from": "gates/quick"}
    assert lead_client.post(address, sent)["Location"] == QUICK
    assert badge("never_run", "never run") in seen()


def test_lead_of_another_owner_may_not_report(phase, gate):
    client = Client()
    client.force_login(factories.make_user("other", "lead"))
    assert report(client, gate).status_code == 403
    assert not GateRun.objects.exists()


def test_unchanged_page_answers_a_poll_with_304(lead_client, gate):
    etag = lead_client.get(QUICK, headers={"hx-request": "true"})["ETag"]
    headers = {"hx-request": "true", "if-none-match": etag}
    assert lead_client.get(QUICK, headers=headers).status_code == 304
    report(lead_client, gate)
    assert lead_client.get(QUICK, headers=headers).status_code == 200
