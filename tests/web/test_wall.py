"""The page for the wall: what it shows of a phase, to whom, and what it costs."""

import datetime as dt

import pytest
from django.utils import timezone

from phases.actions.artifacts import attach_artifact
from phases.actions.handoffs import hand_off
from phases.actions.slices import link_slice
from phases.lookups import current
from phases.models import Phase
from phases.permissions import OPERATOR
from tests import factories
from tests.actions.handed import ready_phase
from tests.actions.reviews import lead, reviewed_phase, run

from .readiness import page, plain
from .reviewed import F, lena
from .test_budgets import grow, queries

WALL = f"{F}?wall"
HTMX = {"hx-request": "true"}


def part(html: str, name: str) -> str:
    """The text of a column."""
    return plain(html.partition(f'aria-labelledby="{name}">')[2].partition("</section>")[0])


def test_wall_names_phase_verdict_and_progress(db):
    html = page(lena(reviewed_phase("F1")), url=WALL)
    assert "<h1>Phase F</h1>" in html
    assert "Not ready" in html
    assert "0 of 6 landed" in plain(html)


@pytest.mark.parametrize("query", ["?wall", "?wall=1", "?wall=on"])
def test_wall_has_no_bar_and_no_verbs(db, query):
    html = page(lena(reviewed_phase("F1")), url=f"{F}{query}")
    assert 'class="wall"' in html
    assert '<header class="bar"' not in html
    assert "<form" not in html
    assert "<button" not in html


def test_what_moves_is_there_with_its_owner(db):
    moving = part(page(lena(reviewed_phase("F1")), url=WALL), "moving")
    assert moving.startswith("Moving F1 in progress @dome since")


def test_what_is_blocked_or_fails_is_there_in_words(db):
    phase = reviewed_phase("F1")
    run(phase, "quick", "make dome", "fail", code="F1", revision="a" * 40)
    factories.make_blocker(phase, "F1", "No crane.")
    troubles = part(page(lena(phase), url=WALL), "troubles")
    assert "F1 blocked @dome No crane." in troubles
    assert "F1 quick failed @dome make dome" in troubles


def test_decision_whose_time_ran_out_comes_before_what_is_blocked(db):
    phase = reviewed_phase("F3")
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content="warm")
    run(phase, "assess", "make assess", code="F3", revision="a" * 40)
    Phase.objects.update(about={"slas": [{"handle": "@heat", "sla": {"standard": "1 business day"}}]})
    phase.slices.update(opened=timezone.now() - dt.timedelta(days=20))
    factories.make_blocker(phase, "F1", "No crane.")
    troubles = part(page(lena(phase), url=WALL), "troubles")
    said = "Needs attention F3 overdue @dome F3 is waiting for a decision by @dome"
    assert troubles.startswith(said)
    assert troubles.index("overdue") < troubles.index("blocked")


def test_quiet_phase_says_so(client, viewer, phase):
    client.force_login(viewer)
    html = page(client, url="/initiatives/harbour/phases/C/?wall")
    assert "Nothing is overdue or blocked, and no gate fails." in html
    assert "Nobody works on a slice." in html
    assert "C0 Start @crew Work of C0" in part(html, "next")


def test_gates_of_one_suite_are_one_line(db):
    phase = reviewed_phase("F1")
    factories.make_gate(phase, "F1", suite="quick", text="make lint")
    for text in ("make dome", "make lint"):
        run(phase, "quick", text, "fail", code="F1", revision="a" * 40)
    assert part(page(lena(phase), url=WALL), "troubles").count("quick failed") == 1


def test_long_lists_say_how_many_are_left_out(client, viewer):
    factories.make_phase(needs={f"C{n}": () for n in range(30)}, status="in_progress")
    client.force_login(viewer)
    html = page(client, url="/initiatives/harbour/phases/C/?wall")
    assert html.count('class="wall-tile ') == 30
    assert part(html, "moving").endswith("and 25 more")


def test_handed_off_phase_says_by_whom_and_nothing_to_do(db):
    phase = ready_phase()
    hand_off(actor=lead(), phase=current(phase))
    html = page(lena(phase), url=WALL)
    assert "Handed off by lena on" in plain(html)
    assert 'id="next"' not in html


def test_last_entry_stands_at_the_foot(db):
    phase = reviewed_phase("F1")
    link_slice(actor=OPERATOR, phase=phase, code="F1", branch="try")
    assert "changed the links of F1" in plain(page(lena(phase), url=WALL))


def test_poll_of_what_is_known_costs_one_small_answer(db):
    phase = reviewed_phase("F1")
    client = lena(phase)
    known = HTMX | {"if-none-match": client.get(WALL, headers=HTMX)["ETag"]}
    assert client.get(WALL, headers=known).status_code == 304
    run(phase, "quick", "make dome", code="F1")
    answer = client.get(WALL, headers=known)
    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith('<div id="region"')
    assert "?wall" in answer.content.decode()


def test_wall_makes_few_queries_for_any_number_of_slices(client, admin):
    few, many = grow(9), grow(90)
    client.force_login(admin)
    assert queries(client, f"{few}?wall") == queries(client, f"{many}?wall") <= 12


def test_wall_needs_a_sign_in_unless_strangers_may_read(client, phase, settings):
    url = "/initiatives/harbour/phases/C/?wall"
    assert client.get(url).status_code == 302
    settings.ANONYMOUS_READ = True
    assert client.get(url).status_code == 200


def test_phase_page_links_to_the_wall(db):
    assert 'href="/initiatives/observatory/phases/F/?wall">Wall</a>' in page(lena(reviewed_phase()), url=F)


def test_hostile_texts_are_shown_as_text(db):
    phase = reviewed_phase("F1")
    phase.slices.update(title="<script>x</script>")
    factories.make_blocker(phase, "F1", "<img src=x>")
    html = page(lena(phase), url=WALL)
    assert "<script>x" not in html
    assert "<img src=x" not in html
