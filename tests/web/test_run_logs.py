"""Long logs of runs: a part in the open, the rest folded."""

import pytest

from phases.actions.asked import Report, Result
from phases.actions.runs import report_runs
from phases.permissions import actor_for_user
from tests import factories


@pytest.fixture
def page_of(client, phase, lead):
    """A function that reports a log and answers the page of its run."""
    factories.make_gate(phase, "C0")
    client.force_login(lead)

    def reported(log, outcome="pass"):
        report = Report(suite="quick", slice="C0", results=(Result("make check", outcome, log),))
        run = report_runs(actor=actor_for_user(lead), phase=phase, report=report).runs[0]
        return client.get(f"/initiatives/harbour/phases/C/runs/{run.pk}/").content.decode()

    return reported


LONG = "\n".join(f"line {number}" for number in range(1, 101))


def test_long_log_of_a_pass_begins_in_the_open(page_of):
    page = page_of(LONG)
    assert '<pre class="log">line 1\n' in page
    assert "Show the 60 lines after this" in page
    assert page.index("line 40\n"[:-1]) < page.index('<summary id="log-after"') < page.index("line 41\n")


def test_long_log_of_a_failure_ends_in_the_open(page_of):
    page = page_of(LONG, outcome="fail")
    assert "Show the 60 lines before its end" in page
    assert page.index('<summary id="log-before"') < page.index("line 60</pre>") < page.index("line 61\n")


def test_log_that_is_hardly_too_long_is_shown_whole(page_of):
    assert "log-fold" not in page_of("\n".join("x" * 50))
