"""The gate matrix of the phase page: each state of a cell, its remark, and gates on the way to ready."""

import re

import pytest

from phases.actions.evidence import retract
from phases.actions.slices import move_slice
from phases.actions.waivers import waive
from phases.permissions import OPERATOR
from tests import factories

PHASE = "/initiatives/harbour/phases/C/"
OLD, NEW = "a" * 40, "b" * 40


@pytest.fixture
def seen(client, lead, phase):
    """A function that answers the page's text as the lead sees it."""
    client.force_login(lead)
    phase.slices.filter(code="C0").update(files=["apps/**"])

    def text(path: str = PHASE) -> str:
        return str(client.get(path).content, "utf-8")

    return text


def cell(page, suite="quick", code="C0"):
    """(look, text, label) of a cell."""
    address = re.escape(f"{PHASE}slices/{code}/gates/{suite}/")
    pattern = (
        rf'<a class="cell badge is-([\w ]+)" href="{address}" title="(.*?)" aria-label="(.*?)">(.*?)</a>'
    )
    ((look, title, label, text),) = re.findall(pattern, page)
    assert title == label
    return look, text, label


def run(phase, text="make check", outcome="pass", revision=OLD, files=("docs/x.md",), code="C0"):
    return factories.make_run(phase, code, text, outcome, revision=revision, changed_files=files)


def stale(phase):
    """The gate of C0 passed, and a newer revision touched a file of the slice."""
    run(phase)
    factories.make_gate(phase, "C1", text="make other")
    run(phase, "make other", revision=NEW, files=("apps/berths/model.py",), code="C1")


def way(page):
    return page[page.index('id="way"') :].partition("</section>")[0]


def test_never_run(seen, phase):
    factories.make_gate(phase, "C0")
    assert cell(seen()) == ("never_run", "0/1", "C0 quick: 0 of 1 passed, 1 never run")


def test_passed(seen, phase):
    factories.make_gate(phase, "C0")
    run(phase)
    assert cell(seen()) == ("passed", "1/1", "C0 quick: 1 of 1 passed")


def test_worst_badge_decides_the_look(seen, phase):
    for text in ("make one", "make two", "make three"):
        factories.make_gate(phase, "C0", text=text)
    run(phase, "make one")
    run(phase, "make two", "fail")
    page = seen()
    assert cell(page) == ("failed", "1/3", "C0 quick: 1 of 3 passed, 1 failed, 1 never run")
    assert "quick failed at aaaaaaa</span>" in page


def test_failed_after_landing_says_so(seen, phase):
    gate = factories.make_gate(phase, "C0", suite="full")
    phase.slices.filter(code="C0").update(status="candidate")
    run(phase)
    version = phase.slices.get(code="C0").version
    move_slice(actor=OPERATOR, phase=phase, code="C0", version=version, verb="land")
    run(phase, gate.text, "fail")
    assert "full failed at aaaaaaa, after landing" in seen()


def test_stale_names_revision_and_file(seen, phase):
    factories.make_gate(phase, "C0")
    stale(phase)
    page = seen()
    assert cell(page) == ("stale", "0/1", "C0 quick: 0 of 1 passed, 1 stale")
    assert "bbbbbbb touched model.py</span>" in page


def test_late_is_told_from_stale(seen, phase):
    factories.make_gate(phase, "C0")
    stale(phase)
    run(phase)
    assert cell(seen()) == ("late", "0/1", "C0 quick: 0 of 1 passed, 1 late")


def test_sent_back_says_that_the_runs_came_before(seen, phase):
    factories.make_gate(phase, "C0")
    phase.slices.filter(code="C0").update(status="candidate")
    run(phase)
    move_slice(actor=OPERATOR, phase=phase, code="C0", version=0, verb="send_back", note="It leaks.")
    page = seen()
    assert cell(page)[0] == "stale"
    assert "quick ran before it was sent back" in page


def test_unknown_files_are_called_unknown(seen, phase):
    factories.make_gate(phase, "C0")
    run(phase)
    factories.make_gate(phase, "C0", suite="full", text="make all")
    run(phase, "make all", revision=NEW, files=None)
    assert "bbbbbbb changed unknown files" in seen()


def test_waived(seen, phase):
    gate = factories.make_gate(phase, "C0")
    waive(actor=OPERATOR, phase=phase, key=f"gate:C0/quick/{gate.digest[:8]}", reason="no machine")
    assert cell(seen()) == ("waived", "0/1", "C0 quick: 0 of 1 passed, 1 waived")


def test_declared_slices_count_as_waived(seen, phase):
    factories.make_gate(phase, "C0")
    phase.slices.filter(code="C0").update(status="landed", declared_in=1)
    assert cell(seen())[:2] == ("waived", "0/1")


def test_undecided_condition_is_not_applicable_yet(seen, phase):
    phase.slices.filter(code="C0").update(kind="conditional")
    factories.make_gate(phase, "C0", suite="full_if_triggered")
    look, text, label = cell(seen(), "full_if_triggered")
    assert (look, text) == ("not_applicable", "n/a")
    assert label.startswith("C0 if triggered: not applicable. It is due only if C0 is triggered")


def test_deferred_slice_owes_its_assessment_alone(seen, phase):
    phase.slices.filter(code="C0").update(kind="conditional", status="deferred", decision="deferred")
    factories.make_gate(phase, "C0")
    factories.make_gate(phase, "C0", suite="assess", text="make assess")
    page = seen()
    assert cell(page)[:2] == ("not_applicable", "n/a")
    assert cell(page, "assess")[:2] == ("never_run", "0/1")


def test_gate_whose_text_changed_says_so(seen, phase):
    old = factories.make_gate(phase, "C0", text="make old", archived=True)
    factories.make_gate(phase, "C0", replaces=old)
    page = seen()
    assert "a gate of quick was changed" in page


def test_extra_has_a_column_only_if_there_are_such_runs(seen, phase):
    factories.make_gate(phase, "C0")
    assert ">Extra</th>" not in seen()
    factories.make_gate(phase, "C0", suite="extra", text="make drill")
    run(phase, "make drill", "fail")
    page = seen()
    assert cell(page, "extra") == ("failed extra", "0/1", "C0 extra: 0 of 1 passed, 1 failed")
    assert "make drill" not in way(page), "nothing asks for it"


def test_retracted_run_counts_no_more(seen, phase):
    factories.make_gate(phase, "C0")
    found = run(phase)
    retract(actor=OPERATOR, phase=phase, evidence=found.key, reason="wrong checkout")
    assert cell(seen())[0] == "never_run"


def test_gate_to_run_again_says_why_and_whose_turn(seen, phase):
    factories.make_gate(phase, "C0")
    phase.slices.filter(code="C0").update(status="in_progress")
    stale(phase)
    said = way(seen())
    assert f'<a href="{PHASE}slices/C0/gates/quick/#gate-' in said
    assert "<b>Run again</b> Work of C0" in said
    assert '<b class="can">you</b> · C0 quick: make check passed at aaaaaaa, but bbbbbbb' in said


def test_others_see_the_owner(client, viewer, phase):
    factories.make_gate(phase, "C0")
    phase.slices.filter(code="C0").update(status="in_progress")
    run(phase, outcome="fail")
    client.force_login(viewer)
    said = way(client.get(PHASE).content.decode())
    assert "@crew · C0 quick: make check failed at aaaaaaa" in said
    assert '<b class="fail">failed</b> · @crew' in said


def test_gates_of_one_suite_share_a_line(seen, phase):
    phase.slices.filter(code="C0").update(status="in_progress")
    for n in range(15):
        factories.make_gate(phase, "C0", text=f"make part {n}")
        run(phase, f"make part {n}", "fail")
    said = way(seen())
    assert said.count("<b>Run again</b>") == 1
    assert "The same suite has 14 more gates to run." in said


def test_headline_counts_what_fails_and_what_is_stale(seen, phase):
    for code, text in (("C0", "make check"), ("C0", "make two")):
        factories.make_gate(phase, code, text=text)
    stale(phase)
    run(phase, "make two", "fail", revision=NEW, files=("apps/x.py",))
    page = seen()
    assert 'gates: <span class="fail">1 failed</span>, <span class="warn">1 stale</span>' in page


def test_drawing_marks_the_slice(seen, phase):
    factories.make_gate(phase, "C0")
    run(phase, outcome="fail")
    page = seen()
    assert 'aria-label="C0, Work of C0: can start, on the critical path, a gate failed"' in page
    assert page.count('class="mark failed"') == 1


def test_newest_revision_is_shown(seen, phase):
    factories.make_gate(phase, "C0")
    run(phase)
    assert f'newest revision <code title="{OLD}">aaaaaaa<' in seen()


def exit_card(page):
    return page[page.index('id="exit"') :].partition("</section>")[0]


def test_phase_exit_shows_badge_and_sentence(seen, phase):
    factories.make_gate(phase, suite="phase_exit", text="make exit")
    assert '<span class="badge is-never_run">never run</span>' in exit_card(seen())
    factories.make_run(phase, "", "make exit", "fail", revision=OLD, changed_files=())
    page = seen()
    assert '<span class="badge is-failed">failed</span> failed at aaaaaaa' in exit_card(page)
    assert f'href="{PHASE}gates/phase_exit/"' in exit_card(page)


def test_stale_exit_names_what_landed_after_it(seen, phase):
    factories.make_gate(phase, suite="phase_exit", text="make exit")
    factories.make_run(phase, "", "make exit")
    phase.slices.filter(code="C0").update(status="candidate")
    move_slice(actor=OPERATOR, phase=phase, code="C0", version=0, verb="land")
    assert "C0 landed after that" in exit_card(seen())


def test_commands_of_the_phase_that_no_packet_asks_for(seen, phase):
    factories.make_gate(phase, suite="extra", text="make soak")
    assert f'href="{PHASE}gates/extra/">1 extra command</a>' in exit_card(seen())
