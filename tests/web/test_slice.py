"""The slice page: everything about one slice, and the verbs beside moving."""

import pytest

from phases.actions.slices import link_slice
from phases.models import Concern, Waiver
from phases.permissions import actor_for_user
from tests import factories

PHASE = "/initiatives/harbour/phases/C/"
C1 = f"{PHASE}slices/C1/"


@pytest.fixture
def lead_client(client, lead):
    client.force_login(lead)
    return client


@pytest.fixture
def seen(lead_client):
    """A function that answers the page's text as the lead sees it."""

    def text(path: str = C1) -> str:
        return str(lead_client.get(path).content, "utf-8")

    return text


def test_plan_is_shown_as_the_packet_says_it(seen, phase):
    fields = {
        "objective": "Berth two ships at once.",
        "files": ["berths/**"],
        "touched_paths": ["cranes/arm.py"],
        "deliverables": ["a timetable"],
        "trigger_criteria": ["two ships collide"],
        "failure_triggers": ["a ship waits a day"],
        "as_written": {"weather": {"worst": "storm"}},
    }
    phase.slices.filter(code="C1").update(**fields)
    page = seen()
    for said in ("Berth two ships", "berths/**", "arm.py", "timetable", "collide", "waits a day", "storm"):
        assert said in page


def test_neighbours_are_shown_with_their_status(seen, phase):
    phase.slices.filter(code="C0").update(status="landed")
    page = seen()
    assert '<span class="st st-landed">landed</span><span>Work of C0' in page
    assert '<span class="st st-planned">planned</span><span>Work of C2' in page


def test_gates_say_kind_what_they_hold_up_and_what_they_replace(seen, phase):
    old = factories.make_gate(phase, "C1", text="make old", archived=True)
    factories.make_gate(phase, "C1", text="make new", suite="mandatory_before", before=["C2"], replaces=old)
    page = seen()
    assert "make new</code>" in page
    assert "before C2" in page
    assert "Has never run; it replaces make old, whose runs no longer count." in page


def test_artifacts_say_when_they_are_due(seen, phase):
    factories.make_artifact(phase, "C1", "docs/EVIDENCE.md", when="triggered", inferred=True)
    page = seen()
    assert "docs/EVIDENCE.md" in page
    assert "only if triggered" in page
    assert "inferred from its folder" in page


def test_unmet_leaves_are_listed_with_key_and_turn(seen):
    page = seen()
    assert "C0 is planned, not landed." in page
    assert f'Your turn: <a href="{PHASE}slices/C0/">start</a>.' in page
    assert '<code class="tiny">slice:C0</code>' in page


def test_viewer_reads_who_may_move_it_and_gets_no_form(client, viewer, phase):
    client.force_login(viewer)
    page = client.get(f"{PHASE}slices/C0/").content.decode()
    assert "members of @crew with the role lead, and admins, move it" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


def test_history_tells_who_did_what_and_why(lead_client, seen, phase):
    phase.slices.filter(code="C1").update(status="landed")
    lead_client.post(f"{C1}reopen/", {"version": 0, "note": "It rusts."})
    assert '<b>lead</b> <span class="quiet">reopened C1</span>' in seen()
    assert "It rusts." in seen()


def test_archived_slice_is_still_read(seen, phase):
    factories.make_gate(phase, "C1", text="make sure", archived=True)
    phase.slices.filter(code="C1").update(archived=True)
    page = seen()
    assert "is not named by the present packet revision" in page
    assert "make sure</code>" in page
    assert "The packet no longer names it." in page
    assert "hx-post" not in page


def test_blocker_is_raised_and_resolved(lead_client, seen, phase):
    lead_client.post(f"{C1}concerns/raise/", {"kind": "blocker", "text": "No crane.", "priority": "high"})
    assert "Blocked, planned" in seen()
    concern = Concern.objects.get()
    lead_client.post(
        f"/initiatives/harbour/concerns/{concern.pk}/answer/", {"outcome": "resolved", "note": "Lent one."}
    )
    assert "none open" in seen()


@pytest.mark.parametrize(
    ("verb", "sent", "said"),
    [
        ("concerns/raise", {"kind": "blocker", "text": " "}, "Say in a sentence what it is about."),
        ("concerns/raise", {"text": "kept text", "priority": "urgent"}, "kept text</textarea>"),
        ("links", {"pull_request": "javascript:alert(1)"}, "Give the whole web address"),
        ("links", {"branch": "kept-branch", "pull_request": "nowhere"}, 'value="kept-branch"'),
    ],
)
def test_wrong_field_is_said_beside_it_and_what_was_typed_stays(lead_client, verb, sent, said):
    response = lead_client.post(f"{C1}{verb}/", sent)
    assert response.status_code == 422
    assert said in response.content.decode()


def test_links_are_set_and_shown(lead_client, seen):
    lead_client.post(f"{C1}links/", {"branch": "berths", "pull_request": "https://code.example/pr/1"})
    page = seen()
    assert "<code>berths</code>" in page
    assert 'href="https://code.example/pr/1"' in page


def test_admin_corrects_an_inferred_kind(client, admin, phase):
    client.force_login(admin)
    client.post(f"{C1}kind/", {"kind": "review", "note": "It only reads."})
    assert phase.slices.get(code="C1").kind == "review"
    assert "(corrected by an admin)" in client.get(C1).content.decode()


def test_lead_waives_a_gate_and_withdraws_the_waiver(lead_client, seen, phase):
    gate = factories.make_gate(phase, "C1")
    key = f"gate:C1/quick/{gate.digest[:8]}"
    assert f'<option value="{key}">' in seen()
    sent = {"key": key, "reason": "The runner is away.", "code": "C1", "came_from": "slice"}
    assert lead_client.post(f"{PHASE}waive/", sent)["Location"] == C1
    assert "The runner is away." in seen()
    waiver = Waiver.objects.get()
    lead_client.post(f"/initiatives/harbour/waivers/{waiver.pk}/withdraw/", {"reason": "It is back."})
    assert not Waiver.objects.filter(active=True).exists()


def test_lead_is_offered_no_waiver_that_only_admins_give(seen, phase):
    factories.make_blocker(phase, "C1")
    assert "Waive a requirement" not in seen()


def test_waiver_without_reason_keeps_the_chosen_requirement(lead_client, phase):
    gate = factories.make_gate(phase, "C1")
    key = f"gate:C1/quick/{gate.digest[:8]}"
    response = lead_client.post(f"{PHASE}waive/", {"key": key, "reason": "", "code": "C1"})
    assert response.status_code == 422
    assert f'name="key" value="{key}"' in response.content.decode()


def test_unknown_slice_is_404(lead_client):
    assert lead_client.get(f"{PHASE}slices/C9/").status_code == 404
    assert lead_client.post(f"{PHASE}slices/C9/start/", {"version": 0}).status_code == 404


def test_refused_answer_says_what_it_speaks_of(lead_client, phase):
    blocker = factories.make_blocker(phase, "C0", "The crane is out of order.")
    answer = lead_client.post(f"/initiatives/harbour/concerns/{blocker.pk}/answer/", {"outcome": "resolved"})
    assert answer.status_code == 422
    assert '<p class="small quiet as-text">Blocker: The crane is out of order.</p>' in answer.content.decode()


def test_old_entries_fold_behind_the_newest(lead_client, lead, phase):
    for number in range(14):
        link_slice(actor=actor_for_user(lead), phase=phase, code="C0", branch=f"b{number}", pull_request="")
    page = lead_client.get(f"{PHASE}slices/C0/").content.decode()
    shown, _, folded = page.partition('id="earlier-history">4 earlier entries')
    assert shown.count("changed the links of C0") == 10
    assert folded.count("changed the links of C0") == 4
