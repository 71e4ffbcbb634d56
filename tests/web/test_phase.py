"""The phase page: what it says at a glance, its table, its graph, and how it refreshes itself."""

import json
import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from phases.models import Waiver
from tests import factories

PHASE = "/initiatives/harbour/phases/C/"
HTMX = {"hx-request": "true"}


@pytest.fixture
def seen(client, lead, phase):
    """A function that answers the page's text as the lead sees it."""
    client.force_login(lead)

    def text(path: str = PHASE, **options: object) -> str:
        return str(client.get(path, **options).content, "utf-8")

    return text


def land(phase, *codes):
    phase.slices.filter(code__in=codes).update(status="landed")


def test_one_glance_counts_what_has_landed_and_names_what_can_start(seen, phase):
    land(phase, "C0")
    page = seen()
    assert "1 of 3 landed" in page
    assert "can start C1</span> · 1 waits" in page


def test_nothing_planned_says_so(seen, phase):
    land(phase, "C0", "C1", "C2")
    page = seen()
    assert "nothing can start" in page
    assert "Nothing is missing." in page


def test_waiting_slice_says_for_what_and_for_whom(seen):
    assert '<div class="tiny quiet">you · waits for your C0</div>' in seen()


def test_others_read_whose_turn_it_is(client, viewer, phase):
    client.force_login(viewer)
    assert "@crew · waits for C0 of @crew</div>" in client.get(PHASE).content.decode()


def test_undecided_condition_is_waited_for_by_its_owner(seen, phase):
    factories.make_slice(phase, "C3", kind="conditional", owner="@duty")
    factories.make_need(phase, "C0", "C3", if_triggered=True)
    assert "waits for a decision on C3 by @duty" in seen()


def test_gates_before_a_start_are_waited_for(seen, phase):
    land(phase, "C0")
    for text in ("make one", "make two"):
        factories.make_gate(phase, "C0", suite="mandatory_before", text=text, before=["C1"])
    page = seen()
    assert "waits for 2 gates of C0 by you" in page
    assert ">Waits for 2 gates of C0</summary>" in page


def test_gates_of_a_slice_that_is_waited_for_go_without_saying(seen, phase):
    factories.make_gate(phase, "C0", suite="mandatory_before", text="make one", before=["C1"])
    page = seen()
    assert "waits for your C0</div>" in page
    assert ">Waits for C0</summary>" in page


def test_long_reasons_are_cut_with_a_way_to_all_of_them(seen, phase):
    phase.slices.filter(code="C0").update(status="in_progress")
    for n in range(10):
        factories.make_gate(phase, "C0", text=f"make part {n}")
    page = seen()
    assert "make part 7 has never run." in page
    assert "make part 8 has never run." not in page
    assert f'<a href="{PHASE}slices/C0/">and 2 more reasons</a>' in page


def test_button_only_for_what_is_possible_now(seen):
    page = seen()
    assert 'id="start-C0" aria-label="Start C0"' in page
    assert '<summary class="quiet" id="start-C1">Waits for C0</summary>' in page
    reason = 'C0 is planned, not landed. <span class="quiet">Your turn: '
    assert f'{reason}<a href="{PHASE}slices/C0/">start</a>' in page


def test_others_see_no_verbs(client, viewer, phase):
    client.force_login(viewer)
    page = client.get(PHASE).content.decode()
    assert "slices/C0/start/" not in page
    assert '<span class="quiet tiny">Waits for C0</span>' in page


def test_backup_of_a_slice_may_move_it(client, db):
    phase = factories.make_phase(owner="@other", backup="@crew")
    crew = factories.make_owner(phase.initiative)
    client.force_login(factories.make_user("lead", "lead", member_of=[crew]))
    page = client.get(PHASE).content.decode()
    assert 'id="start-C0"' in page
    assert "you, as backup" in page


def test_blocked_slice_is_marked_with_the_reason(seen, phase):
    factories.make_blocker(phase, "C0", "No crane.")
    page = seen()
    assert "■ Blocked: No crane." in page
    assert "1 blocked" in page
    assert 'class="node blocked critical" id="node-C0"' in page


def test_collision_names_the_other_slice_and_the_path(seen, phase):
    phase.slices.filter(code__in=["C0", "C1"]).update(status="in_progress", files=["apps/**"])
    assert "collides with C1 on apps/**" in seen()


def test_landed_by_declaration_and_waivers_stay_visible(seen, phase):
    phase.slices.filter(code="C0").update(status="landed", declared_in=1)
    Waiver.objects.create(phase=phase, key="gate:C0/quick/0123abcd", reason="x", by="x", at=timezone.now())
    page = seen()
    assert "by declaration of packet revision 1" in page
    assert "1 waiver" in page


def test_inferred_kind_is_said(seen, phase):
    phase.slices.filter(code="C2").update(kind="review")
    assert "review, inferred" in seen()


def test_what_the_packet_says_of_the_phase_is_shown(client, admin):
    about = {
        "status": "approved_to_start",
        "entrypoint": "docs/harbour/PHASE_C.md",
        "milestones": [{"group": "bridge_timebox", "key": "hard_expiry", "date": "2026-03-06"}],
        "as_written": {"policy": {"misses": ["call the backup"]}},
    }
    factories.make_phase(about=about)
    client.force_login(admin)
    page = client.get(PHASE).content.decode()
    for said in ("approved_to_start", "PHASE_C.md", "hard expiry", "2026-03-06", "call the backup"):
        assert said in page


def test_htmx_gets_the_region_alone(seen):
    region = seen(headers=HTMX)
    assert region.strip().startswith('<div id="region"')
    assert "<html" not in region


@pytest.mark.parametrize("more", [{"hx-boosted": "true"}, {"hx-history-restore-request": "true"}])
def test_boosted_and_restored_pages_come_whole(seen, more):
    assert "<html" in seen(headers=HTMX | more)


def test_answers_vary_by_htmx_and_are_not_shared(client, lead):
    client.force_login(lead)
    response = client.get(PHASE)
    assert "HX-Request" in response["Vary"]
    assert "private" in response["Cache-Control"]


def poll(client: Client, etag: str) -> int:
    return client.get(PHASE, headers=HTMX | {"if-none-match": etag}).status_code


def test_unchanged_phase_is_not_sent_again_and_costs_one_query(client, lead, django_assert_num_queries):
    client.force_login(lead)
    etag = client.get(PHASE, headers=HTMX)["ETag"]
    # Session, user, grants; and the phase.
    with django_assert_num_queries(4):
        assert poll(client, etag) == 304


def test_change_by_anybody_is_sent(client, lead, admin):
    client.force_login(lead)
    etag = client.get(PHASE, headers=HTMX)["ETag"]
    other = Client()
    other.force_login(admin)
    other.post(f"{PHASE}slices/C0/start/", {"version": 0})
    assert poll(client, etag) == 200


def test_new_role_is_seen_at_once(client, viewer, lead):
    client.force_login(viewer)
    etag = client.get(PHASE, headers=HTMX)["ETag"]
    viewer.groups.set(lead.groups.all())
    assert poll(client, etag) == 200


def test_whole_page_is_never_answered_with_304(client, lead):
    client.force_login(lead)
    etag = client.get(PHASE, headers=HTMX)["ETag"]
    assert client.get(PHASE, headers={"if-none-match": etag}).status_code == 200


def test_region_polls_itself_with_its_etag(client, lead):
    client.force_login(lead)
    response = client.get(PHASE, headers=HTMX)
    (sent,) = re.findall(r'hx-headers="(.*?)"', response.content.decode())
    assert json.loads(unescape(sent))["If-None-Match"] == response["ETag"]


@pytest.mark.parametrize("path", ["/initiatives/nowhere/phases/C/", "/initiatives/harbour/phases/X/"])
def test_what_does_not_exist_is_404(client, lead, path):
    client.force_login(lead)
    assert client.get(path).status_code == 404


def test_stranger_signs_in_first(client, phase):
    response = client.get(PHASE)
    assert response.status_code == 302
    assert response["Location"] == f"/accounts/sign-in/?next={PHASE}"


def test_expired_session_takes_the_whole_page_to_sign_in(client, phase):
    here = {"hx-current-url": f"http://testserver{PHASE}"}
    response = client.get(PHASE, headers=HTMX | here)
    assert response["HX-Redirect"] == "/accounts/sign-in/?next=%2Finitiatives%2Fharbour%2Fphases%2FC%2F"


def test_anybody_reads_where_that_is_allowed(client, phase, settings):
    settings.ANONYMOUS_READ = True
    response = client.get(PHASE)
    assert response.status_code == 200
    assert "slices/C0/start/" not in response.content.decode()


def test_admin_waives_a_phase_exit_gate_where_it_stands(client, admin, phase):
    key = f"exit:{factories.make_gate(phase, suite='phase_exit', text='make exit').digest[:8]}"
    client.force_login(admin)
    assert f'value="{key}"' in client.get(PHASE).content.decode()
    client.post(f"{PHASE}waive/", {"key": key, "reason": "no harbour pilot", "came_from": "phase"})
    page = client.get(PHASE).content.decode()
    assert "no harbour pilot" in page
    assert f'value="{key}"' not in page


def test_lead_is_offered_no_waiver_of_the_phase_exit(client, lead, phase):
    factories.make_gate(phase, suite="phase_exit", text="make exit")
    client.force_login(lead)
    assert 'name="key"' not in client.get(PHASE).content.decode()
