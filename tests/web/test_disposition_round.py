"""The page of a round: what it shows, recording, and who is told why not."""

import pytest

from phases.models import Disposition, Draft, Finding
from tests.actions.reviews import accept, fix, found, judge
from tests.factories import make_run

from .reviews import CREW, HTMX, a_round, observatory, page, signed_in, someone, text, ticked, value


@pytest.fixture
def phase(db):
    return observatory()


@pytest.fixture
def rob(phase):
    """A reviewer who belongs to nobody."""
    return signed_in(someone("rob", "reviewer"))


def test_scope_is_what_lies_upstream(rob):
    shown = rob.get(page())
    assert ticked(shown, "scope") == ["F1", "F2", "F3"]
    assert "Round 1 of F4" in text(shown)


def test_scope_shows_revision_and_gates_at_a_glance(phase, rob):
    make_run(phase, "F1", "make dome", revision="a" * 40, changed_files=["src/dome/x"])
    shown = text(rob.get(page()))
    assert "F1 Dome motor in progress aaaaaaa quick 1/1 full 0/1" in shown
    assert "F2 Mirror bath in progress untouched quick 0/1" in shown


def test_round_is_recorded_with_its_findings(rob):
    sent = a_round(
        verdict="approve_with_changes",
        links="https://e.example/1\r\nhttps://e.example/2",
        revision="abc1234",
        **{"finding-1-severity": "high", "finding-1-title": "No brake", "finding-1-anchor": "src/dome/m.c:4"},
        **{"finding-2-severity": "low", "finding-2-title": "", "finding-2-slice": ""},
        **{"finding-4-severity": "low", "finding-4-title": "Rust", "finding-4-slice": "F2"},
    )
    answered = rob.post(page(verb="record"), sent, follow=True)
    assert "Round 1 of F4 is recorded: approve with changes." in text(answered)
    assert answered.redirect_chain == [("/initiatives/observatory/phases/F/slices/F4/", 302)]
    made = Disposition.objects.get()
    assert (made.by, made.revision, len(made.links), made.scope) == ("rob", "abc1234", 2, ["F1", "F2", "F3"])
    found = Finding.objects.values_list("severity", "title", "about__code")
    assert list(found) == [("high", "No brake", "F1"), ("low", "Rust", "F2")]


def test_recording_by_htmx_goes_to_the_slice(rob):
    answered = rob.post(page(verb="record"), a_round(), headers=HTMX)
    assert answered["HX-Redirect"] == "/initiatives/observatory/phases/F/slices/F4/"
    assert "Round 1 of F4 is recorded" in text(rob.get(answered["HX-Redirect"]))


def test_unticked_slices_are_not_looked_at(rob):
    rob.post(page(verb="record"), a_round(scope=["F2"]))
    assert Disposition.objects.get().scope == ["F2"]


def test_a_round_of_nothing_is_refused(rob):
    answered = rob.post(page(verb="record"), a_round(scope=[]))
    assert answered.status_code == 422
    assert "Tick at least one slice" in text(answered)


def test_everything_that_is_missing_is_told_at_once(rob):
    answered = rob.post(page(verb="record"), {"pasted": "- High: a"})
    assert answered.status_code == 422
    for word in ("Choose the verdict", "Say in a few sentences", "box for lists", "Tick at least one"):
        assert word in text(answered)


def test_earlier_findings_are_looked_at_again_without_typing(phase, rob):
    judge(phase, "not_ready", findings=(found("high", "No brake"), found(title="Rust")))
    first, second = Finding.objects.order_by("pk")
    fix(first, revision="b" * 40, note="Brake mounted.")
    shown = text(rob.get(page()))
    assert "high No brake" in shown
    assert "bbbbbbb by lena: Brake mounted." in shown
    assert f"Approve is not possible: findings {first.pk}, {second.pk} of earlier rounds" in shown
    rob.post(page(verb="record"), a_round(**{f"recheck-{first.pk}": "confirmed"}))
    assert [one.state for one in Finding.objects.order_by("pk")] == ["confirmed", "open"]


def test_open_finding_offers_no_choice_before_a_fix(phase, rob):
    judge(phase, "not_ready", findings=(found(),))
    shown = rob.get(page())
    assert "No fix is recorded yet" in text(shown)
    assert f'name="recheck-{Finding.objects.get().pk}"' not in shown.content.decode()


def test_closed_finding_is_folded_and_can_be_opened_again(phase, rob):
    judge(phase, "approve_with_changes", findings=(found(),))
    finding = accept(Finding.objects.get())
    shown = rob.get(page())
    assert "1 closed" in text(shown)
    sent = {f"recheck-{finding.pk}": "reopened", f"recheck-note-{finding.pk}": "It grew."}
    rob.post(page(verb="record"), a_round(**sent))
    finding.refresh_from_db()
    assert finding.state == "open"


def test_note_without_a_choice_is_not_lost(phase, rob):
    judge(phase, "not_ready", findings=(found(),))
    finding = fix(Finding.objects.get())
    answered = rob.post(page(verb="record"), a_round(**{f"recheck-note-{finding.pk}": "Half done."}))
    assert answered.status_code == 422
    assert value(answered, f"recheck-note-{finding.pk}") == "Half done."


def test_approve_with_something_open_is_refused_with_the_findings(phase, rob):
    judge(phase, "not_ready", findings=(found(title="Rust"),))
    answered = rob.post(page(verb="record"), a_round(verdict="approve", summary="Fine."))
    assert answered.status_code == 422
    assert "F4 cannot be approved while findings are not closed" in text(answered)
    assert value(answered, "summary") == "Fine."
    assert ticked(answered, "verdict") == ["approve"]


def test_outlook_says_when_approval_is_possible(phase, rob):
    assert "Approve is possible" in text(rob.get(page()))


def test_stale_approval_says_what_touched_it(phase, rob):
    make_run(phase, "F1", "make dome", revision="a" * 40, changed_files=["src/dome/x"])
    judge(phase, "approve")
    make_run(phase, "F1", "make dome", revision="b" * 40, changed_files=["src/dome/x"])
    shown = text(rob.get(page()))
    assert "bbbbbbb has touched src/dome/x since a round looked at F1: a new round" in shown
    assert "bbbbbbb new" in shown


@pytest.mark.parametrize("roles", [("reviewer",), ("reviewer", "admin")])
def test_member_of_the_work_reads_why_instead_of_the_form(phase, roles):
    shown = signed_in(someone("dora", *roles, member_of=("@mirror",))).get(page())
    assert "a member of @mirror, which owns F2 and backs F1, is not independent" in text(shown)
    assert b"<textarea" not in shown.content


def test_lead_reads_that_rounds_are_for_reviewers(phase):
    shown = text(signed_in(someone("lena", "lead", member_of=CREW)).get(page()))
    assert "lena may not record rounds of reviews" in shown


def test_refused_member_keeps_every_word(phase):
    client = signed_in(someone("dora", "reviewer", member_of=("@mirror",)))
    answered = client.post(page(verb="record"), a_round(summary="An hour of work."))
    assert answered.status_code == 403
    assert "is not independent" in text(answered)
    assert value(answered, "summary") == "An hour of work."
    assert value(client.get(page()), "summary") == "An hour of work."


def test_planned_slice_says_what_it_waits_for(db):
    observatory("F1", "F2", "F3")
    shown = signed_in(someone("rob", "reviewer")).get(page())
    assert "F4 is planned: this can be recorded once it is in progress." in text(shown)
    assert "F2 is in progress, not landed." in text(shown)
    assert b"<textarea" not in shown.content


@pytest.mark.parametrize(("code", "status"), [("F1", 404), ("F9", 404), ("F5", 200)])
def test_slices_that_take_no_disposition_have_no_such_page(rob, code, status):
    assert rob.get(page(code)).status_code == status
    assert rob.post(page(code, "draft"), {"summary": "x"}).status_code == (302 if status == 200 else status)
    assert Draft.objects.count() == (status == 200)


def test_archived_slice_has_no_such_page(phase, rob):
    phase.slices.filter(code="F4").update(archived=True)
    assert rob.get(page()).status_code == 404


def test_hostile_words_are_shown_as_text(phase, rob):
    bad = "<script>alert(1)</script>"
    judge(phase, "not_ready", summary=bad, findings=(found(title=bad, detail=bad, anchor=bad),))
    fix(Finding.objects.get(), note=bad)
    sent = a_round(verdict="", summary=f"</textarea>{bad}", pasted=bad, **{"finding-1-title": f'">{bad}'})
    for answered in (rob.post(page(verb="record"), sent), rob.get(page())):
        assert b"<script>alert" not in answered.content
        assert value(answered, "summary") == f"</textarea>{bad}"


def test_odd_fields_break_nothing(rob):
    odd = {"seen": "x", "recheck-999999": "confirmed", "finding-1-severity": "worst", "finding-1-title": "a"}
    odd |= {"criterion-9": "triggered", "verdict": "ready", "scope": "nowhere", "summary": "\x00"}
    for verb in ("record", "draft"):
        assert rob.post(page(verb=verb), a_round(**odd)).status_code in (302, 422)
    assert rob.get(page()).status_code == 200


def test_many_findings_fit_into_one_round(rob):
    names = ("severity", "title", "anchor", "slice", "detail")
    rows = {
        f"finding-{n}-{name}": "low" if name == "severity" else "" for n in range(1, 501) for name in names
    }
    rows |= {f"finding-{n}-title": "a" for n in range(1, 501)}
    assert rob.post(page(verb="record"), a_round(**rows)).status_code == 302
    assert Finding.objects.count() == 500
