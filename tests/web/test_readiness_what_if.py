"""What if: assumptions on the readiness page change what it says, and nothing that is stored."""

import re
from html import unescape

from phases.actions.handoffs import hand_off
from phases.lookups import current
from phases.models import Event, Phase
from phases.rules.readiness import readiness
from phases.rules.what_if import assume
from phases.snapshot import load
from tests.actions.handed import ready_phase
from tests.actions.reviews import lead, move, reviewed_phase

from .readiness import leaves, line, page, plain, readiness_url, states, steps, truth
from .reviewed import lena

F3 = "disposition:F3"


def link(html: str, words: str, key: str = "") -> str:
    """The address of the link with these words, on the line of a leaf."""
    part = html.partition(f'data-key="{key}"')[2].partition("</li>")[0] if key else html
    return unescape(re.findall(rf'href="([^"]+)"[^>]*>{words}</a>', part)[0])


def test_leaf_is_assumed_met_by_its_link(db):
    phase = reviewed_phase("F1")
    client, entries = lena(phase), Event.objects.count()
    html = page(client, url=link(page(client), "assume met", "slice:F2"))
    assert leaves(html) == states(assume(load(current(phase)), {"slice:F2": ""}))
    assert "What if: nothing is saved." in html
    assert "Phase F would not be ready:" in html
    assert "In truth: Phase F is not ready:" in html
    assert Event.objects.count() == entries
    assert leaves(page(client)) == states(truth(phase))


def test_decision_is_assumed_either_way(db):
    phase = reviewed_phase("F1", "F3")
    client = lena(phase)
    triggered = page(client, url=link(page(client), "assume triggered", F3))
    gate = next(key for key in leaves(triggered) if "full_if_triggered" in key)
    assert leaves(triggered)[gate] == "unmet"
    assert "not applicable → missing" in plain(triggered)
    deferred = page(client, url=link(triggered, "assume deferred", F3))
    assert leaves(deferred)[gate] == "not_applicable"
    assert "F3 is deferred" in deferred
    assert "F3 is triggered" not in deferred, "one assumption takes the place of the other"


def test_deferral_that_is_assumed_does_not_count_its_own_slice_as_a_consequence(db):
    html = page(lena(reviewed_phase("F1", "F3")), f"?assume={F3}=deferred")
    assert "F3 is deferred" in html
    assert "No other requirement would change." in html


def test_decided_slice_can_be_assumed_the_other_way(db):
    phase = ready_phase()
    client = lena(phase)
    html = page(client, "?tree=all")
    assert "assume deferred" not in html
    assumed = page(client, url=link(html, "assume triggered", F3))
    assert "Phase F would not be ready:" in assumed
    assert "In truth: Phase F can be handed off." in assumed


def test_everything_assumed_would_be_ready(db):
    phase = reviewed_phase("F1")
    query = "&".join(f"assume={leaf.key}" for leaf in truth(phase).unmet)
    html = page(lena(phase), f"?{query}")
    assert "Phase F could be handed off." in html
    assert steps(html) == []
    assert "in truth 0" in plain(html)


def test_assumptions_are_dropped_one_by_one_or_all(db):
    client = lena(reviewed_phase("F1"))
    html = page(client, "?assume=slice:F1&assume=slice:F2")
    one = page(client, url=link(html, "no longer assume it", "slice:F1"))
    assert "the landing of F2 is met" in one
    assert "the landing of F1 is met" not in one
    assert link(html, "Drop all") == readiness_url()


def test_assumed_leaf_names_itself(db):
    html = page(lena(reviewed_phase("F1")), "?assume=slice:F1")
    assert "Dome motor Assumed to be met." in line(html, "slice:F1")


def test_real_waivers_stay_and_assumptions_are_none(db):
    html = page(lena(ready_phase()), "?assume=slice:F1&assume=disposition:F3%3Dtriggered")
    assert html.count("data-waiver=") == 1
    assert "The bench is" in html


def test_unknown_assumption_is_a_sentence_on_the_page(db):
    phase = reviewed_phase("F1")
    html = page(lena(phase), "?assume=%3Cb%3E&assume=slice:F1", status=422)
    assert "is no requirement of phase F." in html
    assert "<b>'" not in html
    assert leaves(html) == states(truth(phase)), "the truth is shown"
    assert link(html, "\u00d7") == f"{readiness_url()}?assume=slice%3AF1"


def test_decision_of_what_decides_nothing_is_refused(db):
    html = page(lena(reviewed_phase()), "?assume=slice:F1%3Dtriggered", status=422)
    assert "is no decision" in html


def test_too_many_assumptions_are_refused(db):
    phase = reviewed_phase()
    factory = "&".join(f"assume=slice:F{n}" for n in range(2000))
    assert page(lena(phase), f"?{factory}", status=422)


def test_way_under_an_assumption_has_no_buttons(db):
    html = page(lena(reviewed_phase("F1")), "?assume=slice:F1")
    assert steps(html)
    assert 'class="button mini primary"' not in html
    assert "Now it is the turn" not in html


def test_handed_off_phase_takes_no_assumption_link_but_answers_one(db):
    phase = ready_phase()
    hand_off(actor=lead(), phase=current(phase))
    html = page(lena(phase), "?assume=disposition:F3%3Dtriggered")
    assert "nothing is saved" in html
    assert Phase.objects.get(code="F").handed_off


def test_reopened_leaf_counts_under_an_assumption(db):
    phase = ready_phase()
    move(phase, "F6", "reopen")
    rules = readiness(load(current(phase)))
    html = page(lena(phase), "?assume=slice:F6&assume=disposition:F6")
    assert {leaf.key for leaf in rules.unmet} == {"slice:F6", "disposition:F6"}
    assert "Phase F could be handed off." in html
