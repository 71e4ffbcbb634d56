"""Recording rounds: who may, what they look at, what becomes of findings, and which verdict fits."""

import pytest

from phases.actions.dispositions import dispose
from phases.actions.recording import NewDisposition, Recheck
from phases.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from phases.models import Disposition, Event, Finding, Initiative, Slice
from phases.permissions import OPERATOR, Actor

from .conftest import bring
from .reviews import (
    REVIEWED,
    accept,
    confirmed,
    faults,
    fix,
    found,
    judge,
    person,
    reopened,
    reviewed_phase,
    reviewer,
    run,
    slice_of,
)

WORDS = ("approve", "approve_with_changes", "not_ready")


@pytest.fixture
def phase(db):
    return reviewed_phase("F4", "F5")


@pytest.mark.parametrize("verdict", WORDS)
def test_a_round_keeps_what_was_said(phase, verdict):
    row = judge(phase, verdict, summary=" Fine. ", links=["https://e.org/1 "], reason="So.")
    row.refresh_from_db()
    assert (row.verdict, row.summary, row.links, row.reason) == (verdict, "Fine.", ["https://e.org/1"], "So.")
    assert (row.kind, row.number, row.by) == ("review", 1, "rita")
    assert (slice_of(phase).round.id, faults()) == (row.pk, [])


def test_it_is_an_entry_signed_by_the_reviewer(phase):
    row = judge(phase, "approve")
    entry = Event.objects.get(seq=row.seq)
    assert (entry.verb, entry.target, entry.slice, entry.actor) == ("dispose", row.key, "F4", "rita")
    assert (entry.note, entry.after["verdict"], entry.at) == ("It is approve.", "approve", row.at)


def test_each_slice_counts_its_own_rounds(phase):
    assert [judge(phase, "not_ready").number for _ in range(2)] == [1, 2]
    assert judge(phase, "approve", code="F5").number == 1


def test_by_default_it_looks_at_what_lies_upstream(phase):
    assert judge(phase, "approve").scope == ["F1", "F2", "F3"]


def test_its_scope_is_in_the_order_of_the_packet(phase):
    assert judge(phase, "approve", scope=(" F2", "F1", "F2", "")).scope == ["F1", "F2"]


@pytest.mark.parametrize("code", ["F9", "F4"])
def test_it_looks_at_other_slices_of_the_phase_only(phase, code):
    with pytest.raises(Invalid, match=f"{code} cannot be looked at by a round of F4. Upstream of it: F1, F2"):
        judge(phase, "approve", scope=("F1", code))


def test_it_is_for_the_revision_that_it_names(phase):
    run(phase, "quick", "make dome", code="F1", revision="r1")
    row = judge(phase, "approve", revision="r2")
    assert (row.revision, row.place, row.reviewed) == ("r2", 2, {"F1": 2, "F2": 2, "F3": 2})


def test_without_a_revision_it_is_for_the_newest(phase):
    run(phase, "quick", "make dome", code="F1", revision="r1")
    row = judge(phase, "approve")
    assert (row.revision, row.place) == ("r1", 1)


def test_without_any_revision_it_is_for_none(phase):
    row = judge(phase, "approve")
    assert (row.revision, row.place, row.reviewed["F1"]) == ("", 0, 0)


def test_what_earlier_rounds_looked_at_stays_looked_at(phase):
    judge(phase, "not_ready", revision="r1")
    row = judge(phase, "approve", revision="r2", scope=("F2",))
    assert (row.scope, row.reviewed) == (["F2"], {"F1": 1, "F2": 2, "F3": 1})


def test_an_older_revision_takes_nothing_back(phase):
    run(phase, "quick", "make dome", code="F1", revision="r1")
    judge(phase, "not_ready", revision="r2")
    assert judge(phase, "approve", revision="r1").reviewed["F1"] == 2


def test_what_it_finds_keeps_its_identity(phase):
    new = found("high", "Rust", detail="Below.", anchor="src/dome/a.py:3", slice="F2")
    row = judge(phase, "not_ready", findings=[new]).findings.get()
    assert (row.severity, row.title, row.detail, row.anchor) == ("high", "Rust", "Below.", "src/dome/a.py:3")
    assert (row.about.code, row.slice.code, row.state, row.by) == ("F2", "F4", "open", "rita")
    assert (slice_of(phase).unclosed, faults()) == (1, [])


@pytest.mark.parametrize(
    ("anchor", "about"),
    [
        ("src/dome/a.py:12", "F1"),
        ("./src/dome/a.py:12:3", "F1"),
        ("src/mirror.py", "F2"),
        ("src/both.py:1", None),
        ("README.md", None),
        ("", None),
    ],
)
def test_a_finding_is_about_the_only_slice_that_declares_its_file(db, anchor, about):
    packet = REVIEWED.replace("src/dome/**]", "src/dome/**, src/both.py]")
    phase = reviewed_phase("F4", packet=packet.replace("src/mirror.py]", "src/mirror.py, src/both.py]"))
    row = judge(phase, "not_ready", findings=[found(anchor=anchor)]).findings.get()
    assert (row.about.code if row.about else None) == about


def test_the_scope_decides_whose_file_it_is(phase):
    row = judge(phase, "not_ready", scope=("F2",), findings=[found(anchor="src/dome/a.py")])
    assert row.findings.get().about is None


def test_a_finding_about_no_slice_is_refused(phase):
    with pytest.raises(Invalid, match="Finding 2 names 'F9', which is no slice here"):
        judge(phase, "not_ready", findings=[found(), found(slice="F9")])


@pytest.mark.parametrize(
    ("new", "says"),
    [
        (found("bad"), "Finding 1 has severity 'bad'; it is one of blocking, high, medium, low"),
        (found(title=" "), "Finding 1 needs a title: one line"),
        (found(title="two\nlines"), "needs a title"),
        (found(title="x" * 501), "at most 500 characters"),
        (found(anchor="x" * 601), "anchor of finding 1 has at most 600"),
        (found(detail="x" * 20_001), "20001 characters are too many"),
        (found(title="nul\0"), "contains a NUL"),
    ],
)
def test_a_finding_that_cannot_be_kept_is_refused(phase, new, says):
    with pytest.raises(Invalid, match=says) as refusal:
        judge(phase, "not_ready", findings=[new])
    assert list(refusal.value.fields) == ["findings"]
    assert not Disposition.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"summary": " "}, "summary"),
        ({"findings": [found()] * 501}, "findings"),
        ({"watchpoints": ["x"]}, "watchpoints"),
        ({"watchpoints": [str(number) for number in range(51)]}, "watchpoints"),
        ({"links": ["ftp://e.org"]}, "links"),
        ({"links": ["wheel"]}, "links"),
        ({"links": [f"https://e.org/{number}" for number in range(21)]}, "links"),
        ({"links": ["https://e.org/" + "x" * 500]}, "links"),
        ({"revision": "two words"}, "revision"),
        ({"revision": "main"}, "revision"),
        ({"reason": "x" * 20_001}, "reason"),
        ({"rechecked": [Recheck(99, "confirmed")]}, "rechecked"),
    ],
)
def test_what_a_round_does_not_take_is_named(phase, said, field):
    with pytest.raises(Invalid) as refusal:
        judge(phase, "not_ready", **said)
    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize("verdict", ["triggered", "ready", "", "fine"])
def test_other_words_are_no_verdict_of_a_review(phase, verdict):
    with pytest.raises(Invalid, match="is no verdict of a review; it is one of approve"):
        judge(phase, verdict)


@pytest.mark.parametrize("status", ["planned", "deferred"])
def test_a_round_waits_for_the_start(phase, status):
    Slice.objects.filter(code="F4").update(status=status)
    with pytest.raises(Refused, match=f"F4 is {status}: rounds are recorded once it is in progress"):
        judge(phase, "approve")


@pytest.mark.parametrize("status", ["in_progress", "candidate", "landed"])
def test_a_round_can_come_at_any_time_after_it(phase, status):
    Slice.objects.filter(code="F4").update(status=status)
    assert judge(phase, "not_ready").number == 1


@pytest.fixture
def two(phase):
    """A round with two medium findings, the first of them fixed."""
    first, second = judge(phase, "not_ready", findings=[found(), found()]).findings.all()
    return fix(first), second


def states():
    return list(Finding.objects.order_by("pk").values_list("state", flat=True))


def test_a_later_round_confirms_and_reopens_by_identity(phase, two):
    first = two[0]
    judge(phase, "not_ready", rechecked=[confirmed(first)])
    assert (states(), slice_of(phase).unclosed) == (["confirmed", "open"], 1)
    row = judge(phase, "not_ready", rechecked=[reopened(first, "Again.")])
    assert (states(), slice_of(phase).unclosed) == (["open", "open"], 2)
    assert row.rechecked == [
        {"finding": first.pk, "was": "confirmed", "outcome": "reopened", "note": "Again."}
    ]
    assert faults() == []


def test_a_recheck_is_an_entry_of_the_finding(phase, two):
    judge(phase, "not_ready", rechecked=[confirmed(two[0], "Seen.")])
    entry = Event.objects.latest("seq")
    assert (entry.verb, entry.target, entry.note) == ("recheck", two[0].key, "Seen.")
    assert (entry.before, entry.after) == ({"state": "fixed"}, {"state": "confirmed"})
    two[0].refresh_from_db()
    assert two[0].changed_at == entry.at


def test_what_is_not_named_stays_as_it_is(phase, two):
    judge(phase, "not_ready")
    assert states() == ["fixed", "open"]


def test_an_accepted_finding_can_be_reopened(phase, two):
    accept(two[1])
    judge(phase, "not_ready", rechecked=[reopened(two[1])])
    assert states() == ["fixed", "open"]


def test_only_a_fix_can_be_confirmed(phase, two):
    with pytest.raises(Refused, match="is open, so there is no fix to confirm"):
        judge(phase, "not_ready", rechecked=[confirmed(two[1])])


def test_an_open_finding_is_not_reopened(phase, two):
    with pytest.raises(Refused, match="is open already"):
        judge(phase, "not_ready", rechecked=[reopened(two[1])])


def test_a_finding_is_rechecked_once_in_a_round(phase, two):
    with pytest.raises(Invalid, match="named twice"):
        judge(phase, "not_ready", rechecked=[confirmed(two[0]), reopened(two[0])])


def test_other_outcomes_are_refused(phase, two):
    with pytest.raises(Invalid, match="'open' is no outcome; it is confirmed or reopened"):
        judge(phase, "not_ready", rechecked=[Recheck(two[0].pk, "open")])


def test_findings_of_another_review_are_not_rechecked(phase, two):
    with pytest.raises(Invalid, match=f"F5 has no finding {two[0].pk}"):
        judge(phase, "not_ready", code="F5", rechecked=[confirmed(two[0])])


def test_an_approval_has_no_new_findings(phase):
    with pytest.raises(Refused, match="cannot be approved with new findings"):
        judge(phase, "approve", findings=[found("low")])


def test_an_approval_is_refused_while_a_finding_is_not_closed(phase, two):
    with pytest.raises(Refused, match="while findings are not closed") as refusal:
        judge(phase, "approve")
    assert [leaf.key for leaf in refusal.value.unmet] == [one.key for one in two]


def test_its_own_rechecks_come_before_the_verdict(phase, two):
    fix(two[1])
    judge(phase, "approve", rechecked=[confirmed(one) for one in two])
    assert (states(), slice_of(phase).unclosed) == (["confirmed", "confirmed"], 0)


def test_an_approval_that_reopens_is_refused(phase, two):
    accept(two[1])
    with pytest.raises(Refused, match=rf"not closed: {two[1].pk} \(medium, accepted\)"):
        judge(phase, "approve", rechecked=[confirmed(two[0]), reopened(two[1])])


def test_accepted_and_confirmed_findings_let_approve(phase, two):
    accept(two[1])
    assert judge(phase, "approve", rechecked=[confirmed(two[0])]).verdict == "approve"


def test_open_findings_of_another_review_do_not_stand_in_the_way(phase, two):
    assert judge(phase, "approve", code="F5").verdict == "approve"


@pytest.mark.parametrize(
    ("handle", "scope", "says"),
    [
        ("@dome", (), "a member of @dome, which owns F1"),
        ("@mirror", (), "@mirror"),
        ("@mirror", ("F1",), "a member of @mirror, which backs F1"),
        ("@heat", ("F3", "F1"), "which owns F3"),
    ],
)
@pytest.mark.parametrize("role", ["reviewer", "admin"])
def test_who_is_not_independent_is_refused_with_the_reason(phase, handle, scope, says, role):
    actor = person("rolf", role, member_of=handle)
    with pytest.raises(Forbidden, match=f"rolf may not review F4: .*{says}.* Ask somebody independent"):
        judge(phase, "approve", actor, scope=scope)


@pytest.mark.parametrize(
    ("handle", "scope"), [("@review", ()), ("@second", ()), ("@heat", ("F1", "F2")), ("@shape", ())]
)
def test_whose_work_is_not_in_scope_may_review(phase, handle, scope):
    assert judge(phase, "approve", reviewer("rolf", handle), scope=scope).by == "rolf"


def test_a_member_of_the_same_handle_elsewhere_is_independent(phase):
    elsewhere = Initiative.objects.create(slug="elsewhere")
    handles = frozenset({(elsewhere.pk, "@dome")})
    actor = Actor(kind="person", name="rolf", roles=frozenset({"viewer", "reviewer"}), handles=handles)
    assert judge(phase, "approve", actor).by == "rolf"


def test_an_admin_who_is_independent_may_review(phase):
    assert judge(phase, "approve", person("ada", "admin")).by == "ada"


@pytest.mark.parametrize("roles", [("lead",), ()])
def test_whoever_is_no_reviewer_may_not(phase, roles):
    with pytest.raises(Forbidden):
        judge(phase, "approve", person("vera", *roles))


@pytest.mark.parametrize("scopes", [("gates", "slices", "artifacts", "import", "read"), ()])
def test_a_token_never_reviews(phase, scopes):
    with pytest.raises(Forbidden):
        judge(phase, "approve", Actor(kind="token", name="bot", scopes=frozenset(scopes)))


def test_an_operator_at_a_console_signs_nothing(phase):
    with pytest.raises(Forbidden, match="signed by a person"):
        judge(phase, "approve", OPERATOR)


@pytest.mark.parametrize("code", ["F1", "F2"])
def test_a_build_slice_takes_no_disposition(phase, code):
    with pytest.raises(Refused, match=f"{code} is a build slice, which takes no disposition"):
        judge(phase, "approve", code=code)


def test_an_unknown_slice_is_not_found(phase):
    with pytest.raises(NotFound):
        judge(phase, "approve", code="F9")


def test_a_slice_that_the_packet_dropped_takes_no_round(phase):
    bring(REVIEWED.replace("id: F5", "id: F7").replace("depends_on: [F5]", "depends_on: [F7]"))
    with pytest.raises(Refused, match="F5 is no longer in packet revision 2"):
        judge(phase, "approve", code="F5")


def with_seen(phase, seen):
    asked = NewDisposition(verdict="approve", summary="Fine.")
    return dispose(actor=reviewer("rolf"), phase=phase, code="F4", asked=asked, seen=seen)


def test_who_saw_the_latest_round_records_the_next(phase):
    assert with_seen(phase, 0).number == 1
    assert with_seen(phase, Disposition.objects.get().pk).number == 2


def test_who_was_overtaken_is_told_by_whom(phase):
    row = judge(phase, "not_ready")
    with pytest.raises(Conflict, match="rita recorded a disposition of F4 while you were") as refusal:
        with_seen(phase, 0)
    assert refusal.value.version == row.pk


def test_who_saw_one_that_no_longer_counts_is_told(phase):
    with pytest.raises(Conflict, match="no longer counts"):
        with_seen(phase, 7)


def test_a_refused_round_leaves_nothing_behind(phase, two):
    head = Initiative.objects.get().head
    with pytest.raises(Refused):
        judge(phase, "approve", revision="r9", rechecked=[confirmed(two[0])])
    assert (Initiative.objects.get().head, states()) == (head, ["fixed", "open"])
