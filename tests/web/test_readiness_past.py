"""Readiness as of a moment, two moments compared, and moments that cannot be shown."""

import datetime as dt
import re
from html import unescape
from urllib.parse import quote

import pytest

from phases.actions.handoffs import hand_off
from phases.errors import Invalid
from phases.lookups import current
from phases.models import Phase
from phases.moments import read_moment
from phases.rules.readiness import readiness
from phases.views.readiness_asked import written
from tests.actions.conftest import bring
from tests.actions.films import Film, film
from tests.actions.handed import ready_phase, tick
from tests.actions.reviews import REVIEWED, lead, move, run

from .readiness import leaves, page, plain, readiness_url, states, steps
from .reviewed import lena

__all__ = ["film"]
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


@pytest.fixture
def played(film: Film) -> Film:
    """F1 goes from planned to landed, a minute for each step."""
    film.play(bring, REVIEWED)
    phase = Phase.objects.select_related("initiative").get(code="F")
    film.play(move, phase, "F1", "start")
    film.play(run, phase, "quick", "make dome", code="F1")
    film.play(move, phase, "F1", "candidate")
    film.play(run, phase, "full", "make dome-full", code="F1")
    film.play(move, phase, "F1", "land")
    film.play(move, phase, "F1", "reopen")
    return film


def at(shot) -> str:
    return quote(written(shot.moment))


def the_phase() -> Phase:
    return Phase.objects.get(code="F")


def test_every_moment_shows_what_was_live_then(played):
    client = lena(the_phase())
    for shot in played.of("F"):
        html, rules = page(client, f"?at={at(shot)}"), readiness(shot)
        assert leaves(html) == states(rules)
        assert steps(html) == [step.leaf.key for step in rules.way]
        assert f"{len(rules.unmet)} of " in html


def test_past_says_so_and_offers_nothing_to_do(played):
    html = page(lena(the_phase()), f"?at={at(played.of('F')[1])}")
    assert "As of" in html
    assert f'href="{readiness_url()}">Back to now</a>' in html
    assert "Phase F was not ready:" in html
    assert "What was missing, in order" in html
    assert "assume met" not in html
    assert "hx-trigger" not in html.partition('id="region"')[2].partition("</main>")[0]
    assert '<a class="button mini primary" href="/initiatives/observatory/phases/F/slices' not in html


def test_steps_lead_from_moment_to_moment(played):
    client, seen = lena(the_phase()), []
    html = page(client)
    while found := re.search(r'rel="prev" href="([^"]+)"', html):
        html = page(client, url=unescape(found[1]))
        seen += re.findall(r"ledger entry (\d+)", html)
    assert seen == ["9", "8", "4", "3"], "reopened, landed, started, imported"
    assert 'rel="next"' in html


def test_list_of_moments_has_the_chosen_one_selected(played):
    shot = played.of("F")[1]
    html = page(lena(the_phase()), f"?at={at(shot)}")
    assert f'<option value="{written(shot.moment)}" selected>' in html
    assert "F1 landed</option>" in html


def test_two_moments_are_compared_leaf_by_leaf(played):
    shots = played.of("F")
    html = page(lena(the_phase()), f"?at={at(shots[5])}&since={at(shots[1])}")
    settled = html.partition('data-changed="settled">')[2].partition("</ul>")[0]
    keys = {unescape(key) for key in re.findall(r'data-key="([^"]*)"', settled)}
    before, after = readiness(shots[1]), readiness(shots[5])
    assert keys == {leaf.key for leaf in before.unmet} - {leaf.key for leaf in after.unmet}
    assert "Settled since: 3" in html
    assert "made F1 a candidate" in plain(html)
    assert "reopened F1" not in plain(html)


def test_comparison_with_now_says_what_is_missing_again(played):
    html = page(lena(the_phase()), f"?since={at(played.of('F')[5])}")
    assert "Missing again: 3" in html
    assert "As of now, compared with" in plain(html)


def test_moments_in_the_other_order_are_put_right(played):
    shots = played.of("F")
    html = page(lena(the_phase()), f"?at={at(shots[1])}&since={at(shots[5])}")
    assert "Settled since: 3" in html


def test_moments_with_nothing_between_say_so(played):
    same = at(played.of("F")[1])
    html = page(lena(the_phase()), f"?at={same}&since={same}")
    assert "Every requirement stands as it stood." in html
    assert "Nothing was recorded between the two." in html


def test_requirements_that_came_and_went_are_told(film):
    film.play(bring, REVIEWED)
    film.play(bring, REVIEWED.replace("make dome-full", "make dome-all"))
    html = page(lena(the_phase()), f"?since={at(film.of('F')[0])}")
    assert "Came: 1" in html
    assert "Went: 1" in html


def test_moment_before_the_handoff_is_not_handed_off(monkeypatch, db):
    clock = tick(monkeypatch)
    phase = ready_phase()
    before = clock.now
    hand_off(actor=lead(), phase=current(phase))
    client = lena(phase)
    assert "Phase F could be handed off." in page(client, f"?at={written(before)}")
    assert "Phase F was handed off by lena" in page(client, f"?at={written(clock.now)}")


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("at=2020-01-01", 404, "Phase F had no packet yet on 2020-01-01"),
        ("at=2999-01-01", 422, "is still to come"),
        ("at=soon", 422, "is no moment"),
        ("since=soon", 422, "is no moment"),
        ("at=0001-01-01T00:00%2B14:00", 422, "is no moment"),
        ("at=9999-12-31T23:59-12:00", 422, "is no moment"),
        ("at=%00", 422, "is no moment"),
        (f"at={'9' * 5000}", 422, "is no moment"),
    ],
)
def test_moment_that_cannot_be_shown_says_why_and_leads_on(played, query, status, said):
    html = plain(page(lena(the_phase()), f"?{query}", status=status))
    assert said in html
    assert "Back to now" in html


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-03-02T10:00:00+00:00", 10),
        ("2026-03-02T10:00:00 00:00", 10),
        ("2026-03-02T10:00 0200", 8),
        ("2026-03-02 10:00", 10),
        ("2026-03-02T10:00Z", 10),
        ("2026-03-02T10:00", 10),
        (" 2026-03-02T10:00:00-01:00 ", 11),
    ],
)
def test_moments_are_read_as_they_are_written(text, hour):
    assert read_moment(text, now=NOON) == NOON.replace(hour=hour)


def test_date_alone_is_its_end_and_today_is_now():
    assert read_moment("2026-03-01", now=NOON) == dt.datetime(2026, 3, 1, 23, 59, 59, 999_999, dt.UTC)
    assert read_moment("2026-03-02", now=NOON) == NOON


def test_field_is_named_in_the_refusal():
    with pytest.raises(Invalid) as refused:
        read_moment("2026-03-02T12:01", field="since", now=NOON)
    assert list(refused.value.fields) == ["since"]
