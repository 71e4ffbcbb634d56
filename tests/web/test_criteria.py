"""The trigger criteria of a slice on its page, with the answers that runs give."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phases.actions.asked import Report, Result
from phases.actions.runs import report_runs
from phases.permissions import OPERATOR
from tests import factories

PATH = "/initiatives/harbour/phases/C/slices/C1/"
TEXTS = ["tide:scan fails twice with one remediation between", "The pier <sinks> in winter"]


@pytest.fixture
def conditional(phase):
    phase.slices.filter(code="C1").update(kind="conditional", trigger_criteria=TEXTS, files=["pier/**"])
    return phase


def report(phase, outcome, revision):
    asked = Report(
        suite="extra",
        slice="C1",
        results=(Result("tide:scan", outcome),),
        revision=revision,
        changed_files=("pier/post.txt",),
    )
    return report_runs(actor=OPERATOR, phase=phase, report=asked).runs[0]


def test_no_run_is_unknown_and_the_rest_is_for_a_person(client, conditional, viewer):
    client.force_login(viewer)
    page = client.get(PATH).content.decode()
    assert '<span class="badge is-unknown">unknown</span>' in page
    assert "No run of tide:scan counts so far." in page
    assert '<span class="badge is-person">a person answers</span>' in page
    assert "The pier &lt;sinks&gt; in winter" in page


def test_the_runs_that_prove_it_are_linked(client, conditional, viewer):
    runs = [report(conditional, "fail", name) for name in ("aaaa111", "bbbb222")]
    client.force_login(viewer)
    page = client.get(PATH).content.decode()
    assert '<span class="badge is-triggered">triggered</span>' in page
    assert all(f'href="/initiatives/harbour/phases/C/runs/{run.pk}/"' in page for run in runs)


def test_the_page_stays_within_its_queries(client, conditional, admin):
    for number in range(12):
        report(conditional, "fail", f"aaaa{number:03}")
    factories.make_gate(conditional, "C1")
    client.force_login(admin)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(PATH).status_code == 200
    assert len(queries) <= 12
