"""Tags of regions that ask again: until when they are known, and that a deadline ends them."""

import datetime as dt
import json
from html import unescape
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from phases.actions.artifacts import attach_artifact
from phases.actions.concerns import raise_concern
from phases.models import Phase
from phases.permissions import OPERATOR, actor_for_user
from phases.views.polling import MOST_NEWS, is_known, tag_of
from tests import factories

HTMX = {"hx-request": "true"}
PHASE = "/initiatives/harbour/phases/C/"


def request(tag: str):
    return SimpleNamespace(headers={"If-None-Match": tag})


def test_tag_is_known_until_its_moment():
    soon, past = (timezone.now() + dt.timedelta(seconds=s) for s in (60, -60))
    assert is_known(request(tag_of("abc", soon)), "abc")
    assert is_known(request(tag_of("abc", None)), "abc")
    assert not is_known(request(tag_of("abc", past)), "abc")
    assert not is_known(request(tag_of("abd", soon)), "abc")


def test_weakened_tag_is_known_too():
    assert is_known(request(f"W/{tag_of('abc', None)}"), "abc")


def test_a_region_is_sent_again_once_its_forms_would_be_refused(client, lead, phase):
    client.force_login(lead)
    page = client.get(PHASE).content.decode()
    known = HTMX | json.loads(unescape(page.partition('hx-headers="')[2].partition('"')[0]))
    assert client.get(PHASE, headers=known).status_code == 304
    client.cookies[settings.CSRF_COOKIE_NAME] = "n" * 32
    assert client.get(PHASE, headers=known).status_code == 200


@pytest.mark.parametrize(
    "tag", ["", "abc", '"abc"', '"abc-"', '"abc-x"', '"abc--1"', f'"abc-{"9" * 6000}"', '"abc-²"']
)
def test_other_tags_are_unknown(tag):
    assert not is_known(request(tag), "abc")


def a_decision(phase: Phase, since: dt.datetime) -> None:
    """C0 is a decision of @others, which has an hour for it; @crew backs it."""
    sla = {"handle": "@others", "sla": {"standard": "1 business hour"}}
    Phase.objects.filter(pk=phase.pk).update(about={"slas": [sla]})
    owners = [factories.make_owner(phase.initiative, handle) for handle in ("@others", "@crew")]
    fields = {"kind": "conditional", "status": "in_progress", "since": since, "opened": since}
    phase.slices.filter(code="C0").update(owner=owners[0], backup=owners[1], **fields)


@pytest.mark.parametrize("path", [PHASE, f"{PHASE}slices/C0/", f"{PHASE}slices/C0/gates/quick/"])
def test_region_is_sent_again_once_a_decision_goes_to_the_backup(client, lead, phase, monkeypatch, path):
    factories.make_gate(phase, "C0")
    a_decision(phase, timezone.now())
    client.force_login(lead)
    known = HTMX | {"if-none-match": client.get(path, headers=HTMX)["ETag"]}
    assert client.get(path, headers=known).status_code == 304
    later = timezone.now() + dt.timedelta(days=7)
    digest_day = timezone.now().date()
    monkeypatch.setattr("phases.views.polling.timezone", _Clock(later, digest_day))
    assert client.get(path, headers=known).status_code == 200


class _Clock:
    """Later, but on the same day, as the tag also changes at midnight."""

    def __init__(self, moment: dt.datetime, day: dt.date) -> None:
        self.moment, self.day = moment, day

    def now(self):
        return SimpleNamespace(date=lambda: self.day, timestamp=self.moment.timestamp)


@pytest.mark.parametrize("path", [PHASE, f"{PHASE}readiness/"])
def test_what_happens_in_another_phase_is_told_beside_it(client, lead, phase, path):
    client.force_login(lead)
    known = HTMX | {"if-none-match": client.get(path, headers=HTMX)["ETag"]}
    other = factories.make_phase("D", slug=phase.initiative.slug)
    raise_concern(actor=OPERATOR, phase=other, kind="risk", text="The crane is old")
    assert client.get(path, headers=known).status_code == 200


def test_a_slice_is_not_sent_again_for_another_phase(client, lead, phase):
    client.force_login(lead)
    path = f"{PHASE}slices/C0/"
    known = HTMX | {"if-none-match": client.get(path, headers=HTMX)["ETag"]}
    other = factories.make_phase("D", slug=phase.initiative.slug)
    raise_concern(actor=OPERATOR, phase=other, kind="risk", text="The crane is old")
    assert client.get(path, headers=known).status_code == 304


def news(client, known):
    answer = client.get(PHASE, headers=HTMX | {"if-none-match": known})
    return json.loads(answer.headers.get("HX-Trigger", '{"news": {"lines": []}}'))["news"]["lines"]


def test_a_refresh_says_what_others_did_since(client, lead, phase):
    client.force_login(lead)
    known = client.get(PHASE, headers=HTMX)["ETag"]
    raise_concern(actor=OPERATOR, phase=phase, kind="risk", text="The crane is old")
    assert news(client, known) == ["command line raised a risk on phase C"]
    assert news(client, client.get(PHASE, headers=HTMX)["ETag"]) == []


def test_a_refresh_does_not_repeat_ones_own_words(client, lead, phase):
    client.force_login(lead)
    known = client.get(PHASE, headers=HTMX)["ETag"]
    raise_concern(
        actor=actor_for_user(lead, anonymous_read=False), phase=phase, kind="risk", text="Old crane"
    )
    assert news(client, known) == []


def test_much_news_is_cut_short(client, lead, phase):
    client.force_login(lead)
    known = client.get(PHASE, headers=HTMX)["ETag"]
    for number in range(MOST_NEWS + 2):
        raise_concern(actor=OPERATOR, phase=phase, kind="risk", text=f"Crane {number}")
    assert len(lines := news(client, known)) == MOST_NEWS
    assert lines[-1] == "and more, see the activity"


@pytest.mark.parametrize("known", ['"x-1-a-0"', '"1-99999999999999999999-a-0"', "junk", '""'])
def test_a_strange_tag_brings_the_page_and_no_news(client, lead, phase, known):
    client.force_login(lead)
    raise_concern(actor=OPERATOR, phase=phase, kind="risk", text="The crane is old")
    assert news(client, known) == []


def test_news_fits_into_a_header_however_long_its_words(client, lead, phase):
    client.force_login(lead)
    known = client.get(PHASE, headers=HTMX)["ETag"]
    for number in range(4):
        path = f"{number}{'🙂' * 480}"
        attach_artifact(actor=OPERATOR, phase=phase, path=path, content="x")
    answer = client.get(PHASE, headers=HTMX | {"if-none-match": known})
    assert 0 < len(answer.headers["HX-Trigger"]) < 6_000


def test_a_refresh_of_an_ended_session_is_no_way_to_the_sign_in(client, phase):
    answer = client.get(PHASE, headers=HTMX | {"if-none-match": '"1-1-a-0"'})
    assert (answer.status_code, "HX-Redirect" in answer.headers) == (401, False)


@pytest.mark.parametrize("path", [PHASE, f"{PHASE}readiness/", f"{PHASE}slices/C0/"])
def test_a_refresh_with_news_stays_within_the_queries_of_a_page(client, lead, phase, path):
    client.force_login(lead)
    known = client.get(path, headers=HTMX)["ETag"]
    raise_concern(actor=OPERATOR, phase=phase, kind="risk", text="The crane is old")
    with CaptureQueriesContext(connection) as captured:
        assert "HX-Trigger" in client.get(path, headers=HTMX | {"if-none-match": known}).headers
    assert len(captured) <= 12
