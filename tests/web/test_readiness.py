"""The readiness page: the same leaves, steps and verdict as the rules, at every step of a story."""

import datetime as dt
import re
from html import escape

import pytest

from phases.actions.artifacts import attach_artifact
from phases.actions.handoffs import hand_off
from phases.lookups import current
from phases.models import Finding, Phase
from phases.permissions import OPERATOR
from phases.rules.readiness import readiness
from phases.snapshot import load
from tests import factories
from tests.actions.conftest import bring
from tests.actions.handed import ready_phase
from tests.actions.reviews import fix, found, judge, lead, move, reviewed_phase, run
from tests.actions.test_todo import PACKET, Robot

from .readiness import leaves, let_pass, line, page, plain, readiness_url, states, steps, truth
from .reviewed import lena, someone

HTMX = {"hx-request": "true"}
T = readiness_url("T")


def test_page_shows_what_the_rules_say_at_every_step_of_a_story(db):
    bring(PACKET)
    phase = Phase.objects.select_related("initiative").get(code="T")
    high = found("high", slice="T1", anchor="src/dome/a.py")
    client, robot = someone(phase, "vera"), Robot(phase, verdict="triggered", findings=(high,))
    seen = 0
    while tasks := robot.tasks():
        rules, html = truth(phase), page(client, url=T)
        assert leaves(html) == states(rules)
        assert steps(html) == [step.leaf.key for step in rules.way]
        assert f"{len(rules.unmet)} of " in plain(html)
        robot.do(tasks[0])
        seen += 1
    html = page(client, url=T)
    assert seen > 40
    assert "Phase T can be handed off." in html
    assert set(leaves(html).values()) <= {"met", "not_applicable"}


def test_every_leaf_says_what_the_rules_say_of_it(db):
    phase = reviewed_phase("F1", "F4")
    html, rules = page(lena(phase)), truth(phase)
    for key, leaf in rules.leaves.items():
        told, mark, _ = " ".join(leaf.why.split()).partition(" It can be once this is settled:")
        assert told in line(html, key)
        assert ("It can be once" in line(html, key)) == bool(mark)
        assert leaf.state != "unmet" or rules.acting(leaf) in line(html, key)


def test_verdict_is_a_sentence_with_counts(client, viewer, phase):
    client.force_login(viewer)
    html = page(client, url=readiness_url("C", "harbour"))
    assert "<h1>Phase C is not ready: 3 of 3 requirements are missing.</h1>" in html
    assert 'aria-label="0 met, 3 missing, 0 waived, 0 not applicable"' in html


def test_one_missing_requirement_is_one(client, viewer):
    factories.make_phase(needs={"C0": ()})
    client.force_login(viewer)
    assert "1 of 1 requirement is missing." in page(client, url=readiness_url("C", "harbour"))


def test_first_step_leads_to_the_place_where_it_is_done(client, lead, phase):
    client.force_login(lead)
    html = page(client, url=readiness_url("C", "harbour"))
    assert '<a class="button mini primary" href="/initiatives/harbour/phases/C/slices/C0/">Start</a>' in html
    assert "now, your turn · 2 wait for it" in plain(html)
    assert "Now it is the turn of @crew (you) 1 step" in plain(html)


def test_long_way_is_folded_behind_its_count(client, viewer):
    phase = factories.make_phase(needs={f"C{n}": () for n in range(20)}, status="in_progress")
    client.force_login(viewer)
    html = page(client, url=readiness_url("C", "harbour"))
    assert "Now, and then 8 more" in html
    assert len(steps(html)) == 20
    move(phase, "C0", "candidate")
    phase.slices.exclude(code="C0").update(status="landed")
    assert "and then" not in page(client, url=readiness_url("C", "harbour"))


def test_evidence_is_a_link(db):
    phase = ready_phase()
    html = page(lena(phase), "?tree=all")
    runs = [leaf.evidence for leaf in truth(phase).leaves.values() if leaf.evidence.startswith("run:")]
    assert runs
    assert all(f"/phases/F/runs/{key.removeprefix('run:')}/" in html for key in runs)
    assert '/phases/F/slices/F4/#round-2">round 2</a>' in html
    assert '/phases/F/slices/F3/#decision">the decision</a>' in html
    assert '">the document</a>' in html


def test_settled_groups_are_folded_and_unfolded_by_a_link(db):
    client = lena(ready_phase())
    assert page(client).count("data-open open") == 0
    assert page(client, "?tree=all").count("data-open open") == 6


def test_waiver_shows_who_and_why_also_when_it_is_not_needed(db):
    phase = reviewed_phase("F1")
    key = next(key for key in truth(phase).leaves if "F1/quick" in key)
    let_pass(phase, key)
    client = lena(phase)
    html = page(client)
    assert f'data-waiver="{key}"' in html
    assert "No runner yet." in html
    assert "by command line" in plain(html)
    run(phase, "quick", "make dome", code="F1")
    assert "the requirement stands without it" in page(client)


def test_slices_landed_by_declaration_show_as_let_pass(db):
    bring(PACKET.replace("slices:", "as_landed_through: T1\nslices:", 1), declared=True)
    phase = Phase.objects.select_related("initiative").get(code="T")
    html = plain(page(someone(phase, "vera"), url=T))
    assert "T0, T1:" in html
    assert "Packet revision 1 declared them landed. by command line" in html


def test_disorder_is_a_remark(db):
    phase = ready_phase()
    move(phase, "F1", "reopen")
    assert "F2 is landed, but F1, which it needs, is in progress again." in page(lena(phase))


def test_handed_off_phase_keeps_its_tree_and_offers_nothing(db):
    phase = ready_phase()
    hand_off(actor=lead(), phase=current(phase))
    html = page(lena(phase))
    assert "<h1>Phase F was handed off by lena on " in html
    assert leaves(html) == states(truth(phase))
    assert "assume met" not in html
    assert steps(html) == []


def test_decision_that_went_to_the_backup_says_so(db):
    phase = reviewed_phase("F3")
    Phase.objects.update(about={"slas": [{"handle": "@heat", "sla": {"standard": "1 business hour"}}]})
    since = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    phase.slices.filter(code="F3").update(since=since, opened=since)
    run(phase, "assess", "make assess", code="F3")
    factories.make_artifact(phase, "F3", "docs/PROOF.md")
    html = plain(page(lena(phase)))
    assert "@heat has let its time for it pass." in html


def test_phase_that_asks_for_nothing_is_ready(client, viewer):
    factories.make_phase(needs={})
    client.force_login(viewer)
    html = page(client, url=readiness_url("C", "harbour"))
    assert "Nothing is asked of it." in html
    assert "The packet asks for nothing." in html


def test_poll_of_what_is_known_costs_one_small_answer(db):
    phase = reviewed_phase("F1")
    client = lena(phase)
    tag = client.get(readiness_url(), headers=HTMX)["ETag"]
    known = HTMX | {"if-none-match": tag}
    assert client.get(readiness_url(), headers=known).status_code == 304
    run(phase, "quick", "make dome", code="F1")
    answer = client.get(readiness_url(), headers=known)
    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith('<div id="region"')


def test_handoff_reaches_whoever_has_the_page_open(db):
    phase = ready_phase()
    client = lena(phase)
    known = HTMX | {"if-none-match": client.get(readiness_url(), headers=HTMX)["ETag"]}
    hand_off(actor=lead(), phase=current(phase))
    assert "was handed off" in client.get(readiness_url(), headers=known).content.decode()


def test_hostile_texts_are_shown_as_text(db):
    evil = "<script>x</script>\"'><img src=x>"
    phase = reviewed_phase("F1", "F4")
    judge(phase, "not_ready", findings=[found(title=evil, slice="F1")])
    factories.make_gate(phase, "F1", suite="acceptance", text=f"{evil} b")
    phase.slices.update(title=evil)
    html = page(lena(phase))
    assert evil not in html
    assert escape(evil) in html
    assert "<script>x" not in html


@pytest.mark.parametrize("code", ["Z", "F%00", "%3Cb%3E"])
def test_unknown_phase_is_not_found(db, code):
    client = lena(reviewed_phase())
    assert client.get(f"/initiatives/observatory/phases/{code}/readiness/").status_code == 404


def test_phase_too_large_for_one_page_opens_group_by_group(monkeypatch, db):
    monkeypatch.setattr("phases.views.readiness_tree.LARGE", 5)
    phase = reviewed_phase("F1")
    client, rules = lena(phase), readiness(load(current(phase)))
    assert leaves(page(client)) == {}
    shown = leaves(page(client, "?group=F1"))
    assert list(shown) == [leaf.key for leaf in rules.groups[0].leaves]


def test_line_names_what_its_sentence_does_not(db):
    phase = reviewed_phase("F3")
    key = next(key for key in truth(phase).leaves if "F3/full_if_triggered" in key)
    assert line(page(lena(phase)), key).startswith("not applicable make heat It is due only if F3")


def test_fixed_findings_without_steps_are_explained(db):
    phase = reviewed_phase("F1", "F4")
    judge(
        phase,
        "not_ready",
        findings=(found("high", "A gap", slice="F1"), found("high", "A crack", slice="F1")),
    )
    client = lena(phase)
    assert "What ran before in the slice that it affects has to run again after the fix." in page(client)
    for finding in Finding.objects.all():
        fix(finding)
    assert "2 are fixed findings without a step of their own: the next round confirms them." in page(client)


def test_two_badges_of_missing_are_explained_while_something_can_be_done(db):
    html = page(lena(reviewed_phase("F1")))
    assert '<span class="badge is-missing">missing</span> can be done now' in html
    assert '<span class="badge is-lacking">missing</span> comes after something else' in html


def test_page_names_its_parts_on_top_for_narrow_screens(db):
    html = page(lena(reviewed_phase("F1")))
    assert 'Below: <a href="#way">way to ready</a>, <a href="#tree">requirements</a>' in html
    for name in ("way", "tree", "handoff", "moments"):
        assert f'<a href="#{name}">' in html
        assert f'id="{name}"' in html


def test_phase_with_documents_says_where_they_are_held_against_the_ledger(db):
    phase = reviewed_phase("F3")
    said = "Documents, held against the ledger"
    assert said not in page(lena(phase))
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content="state: deferred")
    assert said in page(someone(phase, "vera"))


def test_what_is_settled_is_folded_where_something_else_is_missing(db):
    phase = reviewed_phase("F1")
    run(phase, "quick", "make dome", code="F1")
    html, key = page(lena(phase)), next(key for key in truth(phase).leaves if "F1/quick" in key)
    fold = html[html.index('id="settled-group-F1">') :].partition("</details>")[0]
    assert fold.startswith('id="settled-group-F1">1 met</summary>')
    assert leaves(fold) == {key: "met"}


def test_group_that_only_waits_is_folded(db):
    html = page(lena(reviewed_phase("F1")))
    assert 'id="group-F1" data-group="group:F1" data-open open>' in html
    assert 'id="group-F2" data-group="group:F2">' in html


def test_group_has_a_bar_of_its_counts(db):
    phase = reviewed_phase("F1")
    run(phase, "quick", "make dome", code="F1")
    group = page(lena(phase)).partition('id="group-F1"')[2].partition("</summary>")[0]
    assert '<rect class="in-passed" x="0" width="1" height="1"/>' in group
    assert '<rect class="in-lacking" x="1"' in group


def test_same_reason_is_said_once_in_a_row(db):
    phase = reviewed_phase("F1", "F4")
    judge(phase, "not_ready", findings=[found("high", slice="F1")])
    factories.make_gate(phase, "F4", suite="closure", text="one_more_is_vouched_for")
    html = plain(page(lena(phase)))
    assert "It can be once the same is settled." in html


def test_step_does_not_repeat_the_name_above_it(db):
    phase = reviewed_phase("F1")
    run(phase, "quick", "make dome", "fail", code="F1", revision="a" * 40)
    html = page(lena(phase))
    step = html[html.index('data-step="gate:F1/quick') :].partition("</li>")[0]
    assert step.count("make dome") == 1
    assert "Quick: failed at aaaaaaa" in plain(step)


def test_rows_have_names_of_their_own(db):
    html = page(lena(reviewed_phase("F1")), "?tree=all")
    ids = re.findall(r' id="((?:leaf|step|group|settled)-[^"]*)"', html)
    assert len(ids) > 20
    assert len(ids) == len(set(ids))
