"""The gates of a cell, in place: a fragment of the page of its suite."""

import pytest

from phases.actions.waivers import waive
from phases.permissions import OPERATOR
from tests import factories

QUICK = "/initiatives/harbour/phases/C/slices/C0/gates/quick/"
HTMX = {"hx-request": "true"}


@pytest.fixture
def peeked(client, lead, phase):
    """A function that answers the fragment as the lead gets it."""
    client.force_login(lead)
    factories.make_gate(phase, "C0")

    def answer(path: str = f"{QUICK}?peek", **headers: str):
        return client.get(path, headers=HTMX | headers)

    return answer


def test_each_gate_has_its_state_its_sentence_and_its_last_run(peeked, phase):
    factories.make_run(phase, "C0", outcome="pass", revision="a" * 40)
    run = factories.make_run(phase, "C0", outcome="fail", revision="b" * 40)
    said = peeked().content.decode()
    assert '<span class="badge is-failed">failed</span>' in said
    assert "Failed at bbbbbbb" in said
    assert said.count('<li><a class="outcome') == 1
    assert f"/runs/{run.pk}/" in said


def test_it_leads_to_the_forms_of_its_page(peeked):
    said = peeked().content.decode()
    assert "<form" not in said
    assert f'<a class="button" href="{QUICK}#report">Report a result</a>' in said


def test_viewer_is_offered_no_form(client, viewer, phase):
    factories.make_gate(phase, "C0")
    client.force_login(viewer)
    said = client.get(f"{QUICK}?peek", headers=HTMX).content.decode()
    assert "#report" not in said
    assert f'href="{QUICK}">All runs</a>' in said


def test_waiver_is_told_with_its_reason(peeked, phase):
    key = f"gate:C0/quick/{phase.gates.get().digest[:8]}"
    waive(actor=OPERATOR, phase=phase, key=key, reason="No <b>runner</b> yet.")
    assert "No &lt;b&gt;runner&lt;/b&gt; yet." in peeked().content.decode()


def test_it_keeps_itself_fresh_and_is_not_sent_twice(peeked, phase):
    first = peeked()
    assert f'hx-get="{QUICK}?peek"' in first.content.decode()
    assert peeked(**{"if-none-match": first["ETag"]}).status_code == 304


def test_address_opened_in_a_browser_is_the_page(peeked, client):
    assert "<html" in client.get(f"{QUICK}?peek").content.decode()


def test_poll_of_the_page_gets_the_page(peeked):
    assert '<div id="region"' in peeked(QUICK).content.decode()
