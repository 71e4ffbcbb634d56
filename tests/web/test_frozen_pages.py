"""Every page of a phase that was handed off: all of it to read, no form of a verb that would be refused."""

import re

import pytest

from phases.actions.drafts import save_draft
from phases.lookups import get_slice
from phases.models import ArtifactVersion, Event, GateRun
from phases.permissions import actor_for_user
from phases.rules.ready import turns
from phases.rules.todo import todo
from phases.snapshot import load
from tests import factories

from .handed import C, handed_off, ready

FORM = re.compile(r'<form(?=[^>]*method="post")[^>]*action="([^"]*)"')
ALLOWED = ("/accounts/sign-out/", f"{C}handoff/reopen/")


@pytest.fixture
def frozen(db):
    """With gates and a run, a waiver to be asked for, a review with its round, a document and concerns."""
    phase = ready(files=["apps/**"], backup="@quay")
    factories.make_gate(phase, "C0")
    factories.make_gate(phase, suite="phase_exit", text="make exit")
    factories.make_slice(phase, "C1", kind="review", status="in_progress", owner="@critics")
    factories.make_artifact(phase, "C0")
    run = factories.make_run(phase, "C0", log="hunter2")
    factories.make_run(phase, "", "make exit")
    factories.make_round(phase, "C1", factories.make_user("rita", "reviewer"), "approve", scope=("C0",))
    ArtifactVersion.objects.create(
        phase=phase, path="docs/REVIEW.md", number=1, content="Good.", sha256="0" * 64, size=5, by="rita",
        at=run.at, seq=run.seq,
    )  # fmt: skip
    return phase


def force(phase):
    """Freeze it as a handoff does, whatever is missing: the pages look at nothing else."""
    phase.refresh_from_db()
    phase.handed_off = [phase.seq, 1, "lena", "2026-03-02T12:00:00+00:00"]
    phase.save()


PAGES = ["", "slices/C0/", "slices/C1/", "slices/C0/gates/quick/", "gates/phase_exit/", "runs/{run}/"]
PAGES += ["slices/C1/disposition/", "readiness/"]


def page_of(client, user, path):
    client.force_login(user)
    run = GateRun.objects.earliest("pk")
    return client.get(f"{C}{path.format(run=run.pk)}").content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_page_offers_no_form_and_says_why(client, admin, frozen, path):
    offered = set(FORM.findall(page_of(client, admin, path))) - set(ALLOWED)
    assert offered or path in ("readiness/", "slices/C1/disposition/"), "the forms are there before"
    force(frozen)
    page = page_of(client, admin, path)
    left = {one for one in FORM.findall(page) if one not in ALLOWED}
    assert not left
    assert re.search("anded off(</span>)? by (<b>)?lena(</b>)? on", page)


def test_notice_leads_an_admin_to_where_it_is_reopened(client, admin, viewer, frozen):
    force(frozen)
    assert f'<a href="{C}readiness/#handoff">See its documents</a>, or reopen it there.' in page_of(
        client, admin, "slices/C0/"
    )
    assert "An admin can reopen it." in page_of(client, viewer, "slices/C0/")


def test_whoever_posts_all_the_same_gets_409_and_keeps_the_text(client, admin, frozen):
    force(frozen)
    client.force_login(admin)
    response = client.post(f"{C}concerns/raise/", {"kind": "risk", "text": "Ice & fog", "came_from": "phase"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Phase C was handed off by lena on 2026-03-02" in page
    assert "Ice &amp; fog</textarea>" in page


def test_overtaken_move_is_answered_in_the_region(client, admin, frozen):
    force(frozen)
    client.force_login(admin)
    body = {"version": 0, "note": "Back to work.", "came_from": "slice"}
    response = client.post(f"{C}slices/C0/reopen/", body, headers={"hx-request": "true"})
    assert response.status_code == 409
    assert "Back to work." in response.content.decode()


def test_round_that_was_being_written_stays_as_a_draft(client, frozen):
    reviewer = factories.make_user("ria", "reviewer")
    force(frozen)
    client.force_login(reviewer)
    url = f"{C}slices/C1/disposition/"
    response = client.post(f"{url}record/", {"verdict": "not_ready", "summary": "It leaks."})
    assert response.status_code == 409
    assert "was handed off by lena" in response.content.decode()
    later = client.get(url).content.decode()
    assert "It leaks." in later
    assert 'id="record"' not in later


def test_draft_is_kept_in_a_frozen_phase_and_says_that_it_cannot_be_recorded(client, frozen):
    reviewer = factories.make_user("ria", "reviewer")
    force(frozen)
    client.force_login(reviewer)
    sent = {"act": "auto", "summary": "It leaks."}
    saved = client.post(f"{C}slices/C1/disposition/draft/", sent, headers={"hx-request": "true"})
    assert saved.status_code == 200
    assert "nothing is recorded on C1 any more. Your draft stays" in " ".join(saved.content.decode().split())


def test_draft_of_a_frozen_phase_can_be_dropped(client, frozen):
    reviewer = factories.make_user("ria", "reviewer")
    actor = actor_for_user(reviewer)
    save_draft(actor=actor, row=get_slice(actor, "harbour", "C", "C1"), data={"summary": ["It leaks."]})
    force(frozen)
    client.force_login(reviewer)
    client.post(f"{C}slices/C1/disposition/drop/")
    assert "It leaks." not in client.get(f"{C}slices/C1/disposition/").content.decode()


@pytest.mark.parametrize("path", ["/inbox/", "/reviews/", "/initiatives/harbour/owners/@crew/"])
def test_lists_ask_nothing_of_it(client, db, path):
    phase = factories.make_phase(needs={"C0": ()})
    factories.make_slice(phase, "C1", kind="review", status="in_progress", owner="@critics")
    crew = factories.make_owner(phase.initiative)
    client.force_login(factories.make_user("lea", "lead", "reviewer", member_of=[crew]))
    assert 'class="task-what"' in client.get(path).content.decode()
    force(phase)
    assert 'class="task-what"' not in client.get(path).content.decode()


def test_nothing_can_start_in_it(frozen):
    frozen.slices.filter(code="C0").update(status="planned")
    assert turns(load(frozen))
    force(frozen)
    assert not turns(load(frozen))
    assert not todo(load(frozen))


def test_real_handoff_freezes_the_same_way(client, admin):
    handed_off()
    page = page_of_phase(client, admin)
    assert "Way to ready" not in page
    assert not set(FORM.findall(page)) - set(ALLOWED)
    assert Event.objects.filter(verb="handoff").count() == 1


def page_of_phase(client, user):
    client.force_login(user)
    return client.get(C).content.decode()


def test_reopened_phase_offers_its_forms_again(client, admin):
    handed_off()
    client.force_login(admin)
    client.post(f"{C}handoff/reopen/", {"reason": "A crack."})
    assert f"{C}slices/C0/reopen/" in FORM.findall(page_of_phase(client, admin))
