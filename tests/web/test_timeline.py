"""The timeline on the page of a phase: what is drawn, said and listed, and what it costs."""

import datetime as dt
import re

import pytest
from django.core.cache import cache

from phases.actions.handoffs import hand_off
from phases.actions.slices import link_slice
from phases.lookups import current
from phases.models import Phase
from phases.permissions import OPERATOR
from phases.rules.timeline import Happening
from phases.views.history import RECENT, history, key_of
from phases.views.timeline import timeline
from tests.actions.conftest import bring
from tests.actions.handed import ready_phase
from tests.actions.reviews import lead, move, reviewed_phase, run
from tests.actions.test_todo import PACKET

from .readiness import page, plain
from .reviewed import F, lena
from .test_budgets import queries

FROM = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
NOW = FROM + dt.timedelta(days=10)


def at(days: int) -> dt.datetime:
    return FROM + dt.timedelta(days=days)


def made(*steps, milestones=()):
    """Of D1 to D4; `("M1", "2026-03-20")` is a milestone."""
    begin = Happening(FROM, "import", "", ["D1", "D2", "D3", "D4"])
    about = {"milestones": [{"group": "plan", "key": key, "date": date} for key, date in milestones]}
    return timeline([begin, *(Happening(at(n), *words) for n, *words in steps)], about, NOW)


def line_of(drawing, name):
    """The path of a line."""
    return drawing.partition(f'class="{name}" d="')[2].partition('"')[0]


def said(html):
    """The sentence above the drawing."""
    return html.partition('id="timeline-said">')[2].partition("<")[0]


def test_sentence_says_how_many_since_when_and_which_was_last():
    assert made((1, "land", "D1"), (4, "land", "D2")).said == "2 of 4 landed since 2 Mar; D2 last on 6 Mar."
    assert made().said == "None of 4 slices landed since 2 Mar."


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ((5, "defer", "D3"), "1 deferred"),
        ((5, "reopen", "D1"), "D1 reopened on 7 Mar"),
        ((5, "import", "", ["D5"], []), "the plan went from 4 to 5 slices"),
        ((5, "handoff"), "handed off on 7 Mar"),
    ],
)
def test_sentence_says_what_changed_on_the_way(step, said):
    assert said in made((1, "land", "D1"), step).said


def test_line_steps_up_and_down_until_today():
    drawing = made((2, "land", "D1"), (4, "land", "D2"), (6, "reopen", "D1")).drawing
    path = line_of(drawing, "closed")
    assert re.findall(r"V(\d+)", path) == ["3", "2", "3"]
    assert '<circle class="dot falls"' in drawing
    assert ">1 of 4</text>" in drawing
    assert ">today</text>" in drawing


def test_total_has_a_line_of_its_own():
    drawing = made((5, "import", "", ["D5", "D6"], [])).drawing
    path = line_of(drawing, "total")
    assert (path[path.index(" ") + 1], re.findall(r"V(\d+)", path)) == ("2", ["0"])
    assert ">6 slices</text>" in drawing


def test_handoff_ends_the_line_instead_of_today():
    drawing = made((5, "handoff")).drawing
    assert ">handed off</text>" in drawing
    assert "today" not in drawing


def test_milestones_nearby_are_drawn_and_all_of_them_are_listed():
    found = made(milestones=[("far_off", "2028-01-01"), ("tide_turns", "2026-03-05")])
    assert found.milestones == [
        ("tide turns", dt.date(2026, 3, 5), True),
        ("far off", dt.date(2028, 1, 1), False),
    ]
    assert "tide turns" in found.drawing
    assert "far off" not in found.drawing


def test_names_of_milestones_do_not_cover_each_other():
    found = made(milestones=[(f"a_name_of_some_length_{n}", f"2026-03-0{n}") for n in (3, 4, 5)])
    heights = re.findall(r'<text x="[^"]*" y="([^"]*)" d?', found.drawing[found.drawing.index("flag") :])
    assert len(set(heights[:3])) == 3


def test_long_name_of_a_milestone_keeps_to_the_side_with_more_room():
    found = made(milestones=[("m" * 300, "2026-03-05"), ("n" * 30, "2026-03-20")])
    shown = re.findall(r">([mn]+)(…?)</text>", found.drawing)
    assert len(shown) == 2
    assert all(len(name) < 100 for name, _ in shown)
    assert f"{'m' * 300}, 5 Mar 2026</title>" in found.drawing


def test_hostile_names_are_text():
    found = made((1, "land", "<b>'\""), milestones=[("<img src=x>", "2026-03-05")])
    assert "<b>" not in found.drawing
    assert "<img" not in found.drawing


def test_table_has_the_newest_first_and_says_how_many_are_left_out():
    found = made((1, "land", "D1"), (2, "reopen", "D1"))
    assert [row.what for row in found.rows] == ["D1 reopened", "D1 landed", "plan of 4 slices"]
    long = made(*((n, "land", "D1") for n in range(1, 90)))
    assert (len(long.rows), long.unlisted) == (60, 30)


def test_phase_page_draws_what_its_ledger_says(db):
    bring(PACKET.replace("slices:", "as_landed_through: T1\nslices:", 1), declared=True)
    client = lena(Phase.objects.get())
    html = _page(client)
    assert 'aria-labelledby="timeline" aria-describedby="timeline-said"' in html
    assert "2 of" in said(html)
    assert "T0, T1 landed by declaration" in plain(html)


def _page(client):
    return page(client, url=Phase.objects.select_related("initiative").get().get_absolute_url())


def test_phase_without_an_import_has_no_timeline(client, viewer, phase):
    client.force_login(viewer)
    assert 'id="timeline"' not in _page(client)


def test_history_is_the_last_entries_and_every_step(db):
    phase = reviewed_phase("F1")
    for n in range(2 * RECENT):
        link_slice(actor=OPERATOR, phase=phase, code="F2", branch=f"try-{n}")
    found = history(phase)
    assert [one.verb for one in found.recent] == ["link"] * RECENT
    assert found.happenings[0].verb == "import"
    assert found.happenings[0].added


def test_handed_off_phase_ends_in_full(db):
    phase = ready_phase()
    hand_off(actor=lead(), phase=current(phase))
    assert "handed off on" in said(page(lena(phase), url=F))


def test_reopened_slice_takes_the_line_down(db):
    phase = ready_phase()
    client = lena(phase)
    move(phase, "F1", "reopen")
    assert "F1 reopened on" in page(client, url=F)


def test_longer_history_costs_no_query(db):
    phase = reviewed_phase("F1")
    client = lena(phase)
    before = queries(client, F)
    for n in range(30):
        link_slice(actor=OPERATOR, phase=phase, code="F2", branch=f"try-{n}")
    assert queries(client, F) == before <= 12


def test_ledger_reads_the_same_whether_the_page_knows_its_beginning(db):
    phase = ready_phase()
    history(current(phase))
    for outcome in ("fail", "pass"):
        run(phase, "quick", "make dome", outcome, code="F1", revision="f" * 40)
    found = history(current(phase))
    cache.clear()
    assert found == history(current(phase))


def test_step_after_what_the_page_knows_is_added(db):
    phase = ready_phase()
    before = history(current(phase)).happenings
    move(phase, "F1", "reopen")
    found = history(current(phase)).happenings
    assert found[:-1] == before
    assert (found[-1].verb, found[-1].slice) == ("reopen", "F1")


def test_ledger_that_was_put_back_is_read_anew(db):
    phase = ready_phase()
    history(current(phase))
    key = key_of(phase)
    kept = cache.get(key)
    cache.set(key, kept._replace(hash="f" * 64, happenings=[]))
    assert len(history(current(phase)).happenings) > 5
