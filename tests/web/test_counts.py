"""The counts beside the links on every page."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.utils import timezone

from tests import factories

from .packets import upload
from .test_polling import a_decision

HTMX = {"hx-request": "true"}
PHASE, COUNT = "/initiatives/harbour/phases/C/", "/inbox/count/"


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


def test_counts_of_a_lead(client, lead):
    client.force_login(lead)
    page = client.get(COUNT, headers=HTMX).content.decode()
    assert 'title="1 waits for you">1<' in page
    assert "/reviews/" not in page


def test_counts_of_a_reviewer(client, reviewer, phase):
    factories.make_slice(phase, "C9", kind="review", status="in_progress", owner="@review")
    client.force_login(reviewer)
    assert 'title="1 for you to review">1<' in client.get(COUNT, headers=HTMX).content.decode()


def test_counts_of_an_admin_include_what_waits_to_be_applied(client, admin, phase):
    client.force_login(admin)
    before = client.get(COUNT, headers=HTMX)
    upload(client)
    after = client.get(COUNT, headers=HTMX | {"if-none-match": before["ETag"]})
    assert 'title="1 waits for you">1<' in after.content.decode()


def test_unchanged_counts_cost_one_query(client, lead, django_assert_num_queries):
    client.force_login(lead)
    known = {"if-none-match": client.get(COUNT)["ETag"]}
    # Session, user, grants; and the positions of the ledgers.
    with django_assert_num_queries(4):
        assert client.get(COUNT, headers=known).status_code == 304
    # Another page of the same person, without a tag: from the cache.
    with django_assert_num_queries(4):
        assert client.get(COUNT).status_code == 200


def test_counts_change_with_the_ledger_and_with_grants(client, lead, viewer, phase):
    client.force_login(viewer)
    tag = client.get(COUNT)["ETag"]
    viewer.groups.set(lead.groups.all())
    viewer.memberships.create(owner=factories.make_owner(phase.initiative))
    answer = client.get(COUNT, headers={"if-none-match": tag})
    assert ">1<" in answer.content.decode()
    client.post(f"{PHASE}slices/C0/start/", {"version": 0})
    assert client.get(COUNT, headers={"if-none-match": answer["ETag"]}).status_code == 200


def test_counts_change_when_a_decision_goes_to_the_backup(client, lead, phase, monkeypatch):
    a_decision(phase, timezone.now())
    client.force_login(lead)
    before = client.get(COUNT)
    assert ">1<" not in before.content.decode()
    later = timezone.now() + dt.timedelta(days=7)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert ">1<" in client.get(COUNT, headers={"if-none-match": before["ETag"]}).content.decode()


def test_whoever_was_signed_out_is_left_alone(client, db):
    assert client.get(COUNT, headers=HTMX).status_code == 204


def test_every_page_links_to_the_inbox_and_asks_for_counts(client, lead, reviewer):
    client.force_login(lead)
    page = client.get("/").content.decode()
    assert 'hx-get="/inbox/count/" hx-trigger="load"' in page
    assert '<a href="/inbox/">Inbox' in page
    assert "/reviews/" not in page
    client.force_login(reviewer)
    assert '<a href="/reviews/">Reviews' in client.get("/").content.decode()


def test_page_and_count_agree(client, lead, phase):
    client.force_login(lead)
    for text in ("make one", "make two"):
        factories.make_gate(phase, "C0", text=text)
    phase.slices.update(status="in_progress")
    assert "3 things" in client.get("/inbox/").content.decode()
    assert ">3<" in client.get(COUNT).content.decode()
