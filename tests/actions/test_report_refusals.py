"""Reports that are refused: what does not exist, cannot be kept, or is not theirs to say."""

from dataclasses import replace

import pytest

from phases.actions.asked import MAX_EXTRA_GATES, Result
from phases.actions.ledger import digest
from phases.actions.runs import report_runs
from phases.actions.slices import MAX_NOTE
from phases.errors import Forbidden, Invalid, Refused
from phases.models import GateRun

from .conftest import PACKET, bring
from .test_report_runs import CI, QUICK, attest, extra, report, suites

__all__ = ["suites"]


@pytest.mark.parametrize(
    ("fields", "field", "listed"),
    [
        ({"suite": "fast"}, "suite", "quick, full, assess"),
        ({"suite": "closure"}, "suite", "quick, full"),
        ({"slice": "D9"}, "slice", "D1, D2, D3"),
        ({"slice": ""}, "slice", "D1, D2, D3"),
        ({"outcome": "", "results": (Result("make all", "pass"),)}, "gate", "`make dome-quick`"),
        ({"outcome": "green"}, "outcome", "pass or fail"),
        ({"outcome": ""}, "outcome", "either"),
        ({"suite": "extra"}, "gate", "Name the command"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(phase, fields, field, listed):
    with pytest.raises(Invalid) as refusal:
        report_runs(actor=CI, phase=phase, report=replace(QUICK, **fields))
    assert listed in refusal.value.fields[field]


QUICK_KEY = f"gate:D1/quick/{digest('make dome-quick')[:8]}"
MANY_FILES = tuple(f"src/{number}.py" for number in range(5_001))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"note": "x" * (MAX_NOTE + 1)}, "note"),
        ({"note": "a\0b"}, "note"),
        ({"slice": "D1\ud800"}, "slice"),
        ({"suite": "quick\0"}, "suite"),
        ({"suite": "x" * 10_000}, "suite"),
        ({"branch": "x" * 251}, "branch"),
        ({"branch": "half \ud800"}, "branch"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://" + "x" * 500}, "url"),
        ({"revision": "two words"}, "revision"),
        ({"revision": "x" * 65}, "revision"),
        ({"revision": "abc\u202edef"}, "revision"),
        ({"base": "r0"}, "revision"),
        ({"changed_files": ("a.py",)}, "revision"),
        ({"revision": "r1", "base": "a\0b"}, "base"),
        ({"revision": "r1", "changed_files": MANY_FILES}, "changed_files"),
        ({"revision": "r1", "changed_files": ("a\nb",)}, "changed_files"),
        ({"revision": "r1", "changed_files": ("src/\u202egnp.py",)}, "changed_files"),
        ({"revision": "r1", "changed_files": ("",)}, "changed_files"),
        ({"results": (Result("make dome-quick", "pass"),)}, "outcome"),
    ],
)
def test_what_cannot_be_kept_is_refused(phase, fields, field):
    with pytest.raises(Invalid) as refusal:
        report_runs(actor=CI, phase=phase, report=replace(QUICK, **fields))
    assert list(refusal.value.fields) == [field]
    assert len(str(refusal.value)) < 300
    assert not GateRun.objects.exists()


@pytest.mark.parametrize(
    ("results", "field"),
    [
        ((Result("make dome-quick", "pass"), Result("make dome-quick ", "fail")), "results"),
        (
            (Result("make dome-quick", "pass"), Result(QUICK_KEY, "pass")),
            "results",
        ),
        (tuple(Result(str(number), "pass") for number in range(501)), "results"),
        ((Result("make dome-quick", "pass", duration_ms=-1),), "duration_ms"),
        ((Result("make dome-quick", "pass", duration_ms=10**12),), "duration_ms"),
        ((Result("x" * 10_001, "pass"),), "gate"),
        ((Result("a\0b", "pass"), Result("long enough", "pass")), "gate"),
        ((Result("make dome-quick", "skipped"),), "outcome"),
    ],
)
def test_results_that_cannot_be_kept_are_refused(phase, results, field):
    with pytest.raises(Invalid) as refusal:
        report(phase, suite="quick", slice="D1", results=results)
    assert list(refusal.value.fields) == [field]
    assert not GateRun.objects.exists()


def test_an_archived_slice_takes_no_report(phase):
    bring(PACKET[: PACKET.index("  - id: D2")])
    with pytest.raises(Refused, match="no longer in packet revision 2"):
        report(phase, suite="quick", slice="D2", outcome="pass")


def test_extra_commands_have_a_limit(phase):
    extra(phase, *(f"make scan {number}" for number in range(MAX_EXTRA_GATES)))
    with pytest.raises(Invalid, match="stays the same from run to run"):
        extra(phase, "make scan once more")
    assert extra(phase, "make scan 7")


@pytest.mark.parametrize("names", [("x" * 2_001,), ("make scan", "make scan"), ("",)])
def test_extra_commands_that_cannot_be_kept_are_refused(phase, names):
    with pytest.raises(Invalid):
        extra(phase, *names)


def test_a_token_never_attests(suites):
    with pytest.raises(Forbidden, match="a token never may"):
        attest(suites, CI)


@pytest.mark.parametrize("scopes", [{"slices"}, {"read"}, {"import"}, {"artifacts"}])
def test_a_token_of_another_scope_reports_nothing(phase, scopes):
    with pytest.raises(Forbidden, match="scope gates"):
        report(phase, replace(CI, scopes=frozenset(scopes)), suite="quick", slice="D1", outcome="pass")


def test_a_lead_of_another_owner_reports_nothing(phase, lead):
    with pytest.raises(Forbidden, match="a member of @mirror"):
        report(phase, lead, suite="quick", slice="D2", outcome="pass")
