"""The inbox: what waits for a person and why, and what it says where nothing does."""

import datetime as dt

import pytest
from django.utils import timezone

from phases.actions.drafts import save_draft
from phases.actions.watchpoints import fire_watchpoint
from phases.models import Concern, Phase, Slice
from phases.permissions import OPERATOR, VERBS, actor_for_user
from phases.views.inbox_page import PERMISSION
from tests import factories

from .packets import upload
from .test_budgets import queries

HTMX = {"hx-request": "true"}


@pytest.fixture
def seen(client, lead):
    """A function that answers the inbox of the lead of @crew, or of somebody else."""

    def text(query: str = "", user=lead, **more) -> str:
        client.force_login(user)
        return str(client.get(f"/inbox/{query}", **more).content, "utf-8")

    return text


def set_slice(phase: Phase, code: str, **columns) -> None:
    phase.slices.filter(code=code).update(**columns)


def test_what_can_start_waits_for_its_owner(seen, phase):
    page = seen()
    assert ">Start</a>" in page
    assert "Nothing keeps C0 from starting." in page
    assert "/initiatives/harbour/phases/C/slices/C0/" in page
    assert "2 slices wait for it" in page


def test_owner_sees_what_comes_next_and_for_whom_it_waits(seen, phase):
    set_slice(phase, "C0", owner=factories.make_owner(phase.initiative, "@others"))
    page = seen()
    assert "Nothing waits for you" in page
    assert "waits for C0 of @others" in page


def test_failed_gate_comes_before_what_can_start(seen, phase):
    factories.make_slice(phase, "C9", status="in_progress")
    factories.make_gate(phase, "C9")
    factories.make_run(phase, "C9", outcome="fail")
    page = seen()
    assert page.index("Run again") < page.index(">Start</a>")
    assert '<span class="tag fail">failed</span>' in page
    assert "/slices/C9/gates/quick/#gate-" in page


def test_gates_of_one_suite_share_a_line(seen, phase):
    set_slice(phase, "C0", status="in_progress")
    for text in ("make one", "make two", "make three"):
        factories.make_gate(phase, "C0", text=text)
    page = seen()
    assert page.count('href="/initiatives/harbour/phases/C/slices/C0/gates/quick/">Run</a>') == 1
    assert "The same suite has 2 more gates to run." in page


def test_blocker_waits_for_whoever_owns_it(seen, phase):
    factories.make_blocker(phase, "C0")
    assert '<span class="tag fail">blocking</span>' in seen()


def test_finding_names_the_slice_that_it_affects(seen, phase, reviewer):
    factories.make_slice(phase, "C9", kind="review", status="in_progress", owner="@review")
    factories.make_round(phase, "C9", reviewer, findings=[("high", "A leak", "C1")])
    page = seen()
    assert "<b>C1</b> A leak" in page
    assert "High finding" in page


def test_backup_could_step_in(seen, phase):
    set_slice(phase, "C0", owner=factories.make_owner(phase.initiative, "@others"))
    set_slice(phase, "C0", backup=factories.make_owner(phase.initiative, "@crew"))
    page = seen()
    assert "Nothing waits for you" in page
    assert "1 is somebody else" in page


@pytest.fixture
def overdue(phase: Phase) -> Phase:
    """C0 is a decision of @others that @crew backs, and its time ran out weeks ago."""
    sla = {"handle": "@others", "sla": {"standard": "1 business day"}}
    Phase.objects.filter(pk=phase.pk).update(about={"slas": [sla]})
    since = timezone.now() - dt.timedelta(days=20)
    owners = {
        "owner": factories.make_owner(phase.initiative, "@others"),
        "backup": factories.make_owner(phase.initiative, "@crew"),
    }
    set_slice(phase, "C0", kind="conditional", status="in_progress", since=since, opened=since, **owners)
    return phase


def test_overdue_decision_comes_to_the_backup_with_the_time_it_did(seen, overdue):
    page = seen()
    assert '<span class="tag warn">overdue</span>' in page
    assert "You act for @others, " in page
    assert "/slices/C0/disposition/" in page


def test_owner_of_an_overdue_decision_sees_that_it_went(seen, overdue):
    late = factories.make_user(
        "late", "lead", member_of=[factories.make_owner(overdue.initiative, "@others")]
    )
    page = seen(user=late)
    assert "You could step in" in page
    assert "@crew acts for @others, " in page


def test_reviewers_get_the_rounds_that_they_may_record(seen, phase, reviewer):
    factories.make_slice(phase, "C9", kind="review", status="in_progress", owner="@review")
    assert "C9 has not been reviewed yet." in seen(user=reviewer)
    assert "/slices/C9/" not in seen()


def test_reviewer_who_built_it_gets_none(seen, phase):
    factories.make_slice(phase, "C9", kind="review", status="in_progress", owner="@review")
    factories.make_need(phase, "C9", "C0")
    crew = factories.make_user("both", "reviewer", member_of=[factories.make_owner(phase.initiative)])
    assert "C9 has not been reviewed yet." not in seen(user=crew)


def test_owner_of_a_review_sees_that_somebody_else_records_it(seen, phase):
    factories.make_slice(phase, "C9", kind="review", status="in_progress", owner="@crew")
    page = seen()
    assert "With reviewers" in page
    assert "yours, recorded by somebody independent" in page


def test_whoever_relied_on_a_reopened_decision_is_told_why(seen, phase):
    set_slice(phase, "C0", kind="conditional", status="deferred", decision="deferred")
    watch = Concern.objects.create(
        phase=phase,
        slice=phase.slices.get(code="C0"),
        kind="watchpoint",
        text="Ice",
        raised_by="lead",
        raised_at=timezone.now(),
    )
    set_slice(phase, "C1", status="in_progress")
    fire_watchpoint(actor=OPERATOR, concern=watch, reason="Ice in the basin.")
    page = seen()
    assert "Open again under your work" in page
    assert "Ice in the basin." in page


def test_concerns_that_nothing_waits_for_are_folded(seen, phase):
    Concern.objects.create(
        phase=phase,
        kind="risk",
        text="Storms",
        owner=factories.make_owner(phase.initiative),
        raised_by="lead",
        raised_at=timezone.now(),
    )
    assert "1 open concern of yours that nothing waits for" in seen()


def test_unfinished_draft_leads_back_to_its_form(seen, phase, lead):
    row = Slice.objects.select_related("phase").get(code="C1")
    save_draft(actor=actor_for_user(lead), row=row, data={"summary": ["Half"]})
    page = seen()
    assert "Your drafts" in page
    assert "/slices/C1/disposition/" in page


def test_uploads_wait_for_admins_only(client, seen, admin, phase):
    client.force_login(admin)
    batch = upload(client)
    page = seen(user=admin)
    assert ">Apply</a>" in page
    assert f"/imports/{batch.pk}/#file-" in page
    assert ">Apply</a>" not in seen()


def test_inbox_is_filtered_by_verb_and_initiative(seen, phase, lead):
    other = factories.make_phase("X", slug="port", needs={"X1": ()})
    lead.memberships.create(owner=factories.make_owner(other.initiative))
    factories.make_blocker(phase, "C0")
    assert "Nothing keeps X1" not in seen("?initiative=harbour")
    only = seen("?verb=start", headers=HTMX)
    assert "<html" not in only
    assert "Nothing keeps X1" in only
    assert "crane" not in only
    assert "Nothing of this kind waits for you" in seen("?verb=posture")


def test_posture_waits_for_the_lead_of_the_readiness_slice(seen, phase):
    set_slice(phase, "C0", status="landed")
    set_slice(phase, "C1", status="landed")
    set_slice(phase, "C2", status="in_progress", kind="readiness")
    page = seen("?verb=posture")
    assert "/slices/C2/disposition/" in page
    assert "Nobody has said yet whether C2 is ready." in page


def test_every_verb_of_a_task_has_its_permission(seen):
    verbs = "start candidate land run attest attach decide posture review confirm fix resolve answer"
    assert [verb for verb in verbs.split() if PERMISSION.get(verb, verb) not in VERBS] == []


def test_viewer_learns_what_an_inbox_shows(seen, viewer, phase):
    page = seen(user=viewer)
    assert "Nothing can wait for you yet" in page
    assert ">Start</a>" not in page


def test_member_without_the_role_has_nothing_to_do(seen, phase):
    guest = factories.make_user("guest", member_of=[factories.make_owner(phase.initiative)])
    assert ">Start</a>" not in seen(user=guest)


def test_somebody_not_signed_in_is_asked_to(client, settings, db):
    settings.ANONYMOUS_READ = True
    assert "An inbox belongs to a person" in client.get("/inbox/").content.decode()


@pytest.mark.parametrize("path", ["/inbox/", "/reviews/"])
def test_queries_stay_the_same_however_much_there_is(client, admin, path):
    client.force_login(admin)
    admin.memberships.create(owner=factories.make_owner(factories.make_initiative("port-0")))
    for n in range(2):
        few = {f"C{k}": () for k in range(3)}
        factories.make_gate(factories.make_phase(slug=f"port-{n}", needs=few), "C0")
    before = queries(client, path)
    for n in range(2, 12):
        many = factories.make_phase(slug=f"port-{n}", needs={f"C{k}": () for k in range(30)})
        factories.make_slice(many, "R", kind="review", status="in_progress")
    # Session, user, grants; phases; five of a snapshot; drafts and uploads.
    assert queries(client, path) == before <= 12


def test_texts_of_people_are_escaped(seen, phase):
    evil = "<b hx-post=/x hx-trigger=load>"
    phase.slices.update(title=evil)
    factories.make_blocker(phase, "C0", text=evil)
    page = seen()
    assert "&lt;b hx-post=/x" in page
    assert evil not in page
