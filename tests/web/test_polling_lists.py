"""Pages that show many phases ask again: 304 while nothing that they show has changed, else the region."""

import datetime as dt
import json

import pytest
from django.core.cache import cache
from django.utils import timezone

from phases.actions.concerns import raise_concern
from phases.actions.drafts import save_draft
from phases.permissions import OPERATOR, actor_for_user
from tests import factories

from .packets import upload
from .test_polling import _Clock, a_decision

HTMX = {"hx-request": "true"}
INITIATIVE, INBOX, FIRST = "/initiatives/harbour/", "/inbox/", "/inbox/first/"
ALL = ("/", INBOX, FIRST, "/reviews/")
ONE = (
    INITIATIVE,
    f"{INITIATIVE}owners/@crew/",
    f"{INITIATIVE}activity/",
    f"{INITIATIVE}phases/C/activity/",
)
WITH_CLOCKS = (*ALL, *ONE[:2])


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def known(client, lead, phase):
    """A function that answers the headers of a lead's poll who has just seen the page."""
    client.force_login(lead)

    def headers(path):
        return HTMX | {"if-none-match": client.get(path, headers=HTMX)["ETag"]}

    return headers


def a_risk(phase, actor=OPERATOR, text="The crane is old"):
    return raise_concern(actor=actor, phase=phase, kind="risk", text=text)


@pytest.mark.parametrize("path", [*ALL, *ONE])
def test_nothing_new_costs_one_small_query(client, known, path, django_assert_num_queries):
    headers = known(path)
    # Session, user, grants; and where the ledgers stand.
    with django_assert_num_queries(4):
        assert client.get(path, headers=headers).status_code == 304


@pytest.mark.parametrize("path", [*ALL, *ONE])
def test_the_page_carries_the_tag_that_its_poll_is_answered_by(client, known, path):
    known(path)
    page = client.get(path).content.decode()
    tag = page.partition("If-None-Match&quot;: &quot;\\&quot;")[2].partition("\\")[0]
    assert client.get(path, headers=HTMX | {"if-none-match": f'"{tag}"'}).status_code == 304


@pytest.mark.parametrize("path", [*ALL, *ONE])
def test_a_change_in_any_phase_brings_the_region(client, known, phase, path):
    headers = known(path)
    a_risk(factories.make_phase("D"))
    answer = client.get(path, headers=headers)
    assert (answer.status_code, b"<html" in answer.content) == (200, False)


@pytest.mark.parametrize("path", ALL)
def test_another_initiative_is_told_where_all_are_shown(client, known, path):
    headers = known(path)
    a_risk(factories.make_phase(slug="lighthouse"))
    assert client.get(path, headers=headers).status_code == 200


@pytest.mark.parametrize("path", ONE)
def test_another_initiative_leaves_the_pages_of_this_one_alone(client, known, path):
    headers = known(path)
    a_risk(factories.make_phase(slug="lighthouse"))
    assert client.get(path, headers=headers).status_code == 304


@pytest.mark.parametrize("path", [*ALL, *ONE])
def test_changed_grants_bring_the_region(client, known, phase, lead, path):
    headers = known(path)
    lead.memberships.create(owner=factories.make_owner(phase.initiative, "@others"))
    assert client.get(path, headers=headers).status_code == 200


@pytest.mark.parametrize("path", [*ALL, *ONE])
def test_midnight_brings_the_region(client, known, monkeypatch, path):
    headers = known(path)
    now = timezone.now()
    monkeypatch.setattr("phases.views.polling.timezone", _Clock(now, now.date() + dt.timedelta(days=1)))
    assert client.get(path, headers=headers).status_code == 200


@pytest.mark.parametrize("path", WITH_CLOCKS)
def test_a_passed_deadline_brings_the_region(client, known, phase, monkeypatch, path):
    a_decision(phase, timezone.now())
    headers = known(path)
    assert client.get(path, headers=headers).status_code == 304
    now = timezone.now()
    monkeypatch.setattr("phases.views.polling.timezone", _Clock(now + dt.timedelta(days=7), now.date()))
    assert client.get(path, headers=headers).status_code == 200


@pytest.mark.parametrize("path", [INBOX, FIRST])
def test_a_draft_brings_the_inbox(client, known, phase, lead, path):
    headers = known(path)
    save_draft(actor=actor_for_user(lead), row=phase.slices.get(code="C0"), data={})
    assert client.get(path, headers=headers).status_code == 200


def test_an_upload_brings_the_inbox_of_an_admin(client, known, admin):
    client.force_login(admin)
    headers = HTMX | {"if-none-match": client.get(INBOX, headers=HTMX)["ETag"]}
    upload(client)
    assert client.get(INBOX, headers=headers).status_code == 200


def news(answer):
    return json.loads(answer.headers.get("HX-Trigger", '{"news": {"lines": []}}'))["news"]["lines"]


@pytest.mark.parametrize("path", ["/", INITIATIVE])
def test_news_names_the_phase(client, known, phase, lead, path):
    headers = known(path)
    raise_concern(actor=OPERATOR, phase=phase, kind="risk", text="Ice", slice="C1")
    assert news(client.get(path, headers=headers)) == ["command line raised a risk on C1 of phase C"]


@pytest.mark.parametrize("path", ["/", INITIATIVE])
def test_ones_own_words_are_no_news(client, known, phase, lead, path):
    headers = known(path)
    a_risk(phase, actor_for_user(lead))
    assert news(client.get(path, headers=headers)) == []


def test_much_news_is_cut_short(client, known, phase):
    headers = known("/")
    for number in range(9):
        a_risk(phase, text=f"Crane {number}")
    assert news(client.get("/", headers=headers))[-1] == "and more, see the activity"


@pytest.mark.parametrize(
    "tag", ['"all-x"', '"only-1-a-0"', '"all-999999999999999999-a-0"', "junk", '"1-1-a-0"']
)
@pytest.mark.parametrize("path", ["/", INITIATIVE])
def test_a_strange_tag_brings_the_region(client, known, path, tag):
    known(path)
    answer = client.get(path, headers=HTMX | {"if-none-match": tag})
    assert (answer.status_code, news(answer)) == (200, [])


@pytest.mark.parametrize("query", ["?verb=start", "?verb=start&initiative=harbour"])
def test_the_poll_of_the_inbox_keeps_its_filter(client, known, query):
    known(INBOX)
    page = client.get(INBOX + query).content.decode()
    assert f'hx-get="{INBOX}{query.replace("&", "&amp;")}"' in page


def test_older_and_filtered_activity_stays_as_it_is(client, known):
    path = f"{INITIATIVE}activity/"
    known(path)
    assert "data-poll" in client.get(path).content.decode().partition('id="activity-list"')[2][:200]
    page = client.get(f"{path}?verb=raise").content.decode().partition('id="activity-list"')[2]
    assert "data-poll" not in page


def test_a_link_inside_the_region_is_answered_though_it_sends_the_tag(client, known):
    assert client.get(f"{INBOX}?verb=start", headers=known(INBOX)).status_code == 200
    assert client.get(f"{INITIATIVE}?q=crane", headers=known(INITIATIVE)).status_code == 200
