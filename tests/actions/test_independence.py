"""Who may record a round: reviewers who are independent of what they look at, and who saw the latest one."""

import pytest

from phases.actions.dispositions import dispose
from phases.actions.recording import NewDisposition
from phases.errors import Conflict, Forbidden, NotFound, Refused
from phases.models import Disposition, Initiative
from phases.permissions import OPERATOR, Actor
from phases.rules.reviews import approval

from .conftest import bring
from .reviews import (
    REVIEWED,
    confirmed,
    fix,
    found,
    judge,
    person,
    reviewed_phase,
    reviewer,
    slice_of,
    state_of,
)

WORDS = ("approve", "approve_with_changes", "not_ready")


@pytest.fixture
def phase(db):
    return reviewed_phase("F4", "F5")


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


@pytest.mark.parametrize("about", ["F1", ""])
def test_nobody_confirms_what_was_fixed_in_their_own_work(phase, about):
    found_it = judge(phase, "not_ready", findings=[found("high", "Rust", slice=about)]).findings.get()
    fix(found_it)
    dora = reviewer("dora", "@dome")
    with pytest.raises(Forbidden, match="a member of @dome"):
        judge(phase, "approve", dora, scope=("F2",), rechecked=[confirmed(found_it)])


def test_a_verdict_over_everything_is_not_overturned_by_one_over_a_part(phase):
    judge(phase, "not_ready")
    judge(phase, "approve", reviewer("dora", "@heat"), scope=("F2",))
    assert not approval(state_of(phase), slice_of(phase)).satisfied
