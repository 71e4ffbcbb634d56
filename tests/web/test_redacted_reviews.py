"""Pages and API after everything that people wrote about a review was taken away."""

import pytest
from django.urls import reverse

from phases.actions.artifacts import attach_artifact
from phases.actions.recording import Answered
from phases.actions.texts import REDACTED
from phases.actions.watchpoints import fire_watchpoint
from phases.models import ArtifactVersion, Concern, Disposition, Finding
from phases.permissions import OPERATOR
from tests.actions.reviews import (
    accept,
    confirmed,
    faults,
    fix,
    found,
    hide,
    judge,
    lead,
    reviewed_phase,
    run,
)

SECRET = "hunter2"
LINK = f"https://e.org/?token={SECRET}"


@pytest.fixture
def redacted(db):
    """A review, a decision and two versions, each with secrets in all texts, and then without."""
    phase = reviewed_phase("F1", "F3", "F4")
    new = [found("high", SECRET, detail=SECRET, anchor=f"{SECRET}:1"), found("low", SECRET)]
    first = judge(phase, "not_ready", summary=SECRET, reason=SECRET, links=[LINK], findings=new)
    high, low = first.findings.all()
    accept(low, rationale=SECRET, target=SECRET)
    judge(phase, "not_ready", summary=SECRET, rechecked=[confirmed(fix(high, note=SECRET), SECRET)])
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/HEAT.md", content=SECRET)
    attach_artifact(actor=OPERATOR, phase=phase, path="docs/LINK.md", url=LINK)
    run(phase, "assess", "make assess", code="F3")
    answers = [Answered(1, False, SECRET), Answered(2, False, LINK)]
    judge(phase, "deferred", lead(), "F3", summary=SECRET, criteria=answers, watchpoints=(SECRET, "It snows"))
    fire_watchpoint(actor=OPERATOR, concern=Concern.objects.get(text=SECRET), reason="It did.")
    for row in (*Disposition.objects.all(), *Finding.objects.all(), *ArtifactVersion.objects.all()):
        hide(phase, row)
    return phase


PAGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("phase", {}),
    ("activity", {}),
    ("slice", {"code": "F3"}),
    ("slice", {"code": "F4"}),
    ("disposition", {"code": "F3"}),
    ("disposition", {"code": "F4"}),
)


@pytest.mark.parametrize(("name", "where"), PAGES)
def test_every_page_shows_that_it_is_gone(redacted, client, admin, name, where):
    client.force_login(admin)
    url = reverse(name, kwargs={"slug": "observatory", "phase": "F", **where})
    shown = client.get(url, follow=True)
    assert shown.status_code == 200
    assert SECRET not in shown.content.decode()


@pytest.mark.parametrize("path", ["docs/HEAT.md", "docs/LINK.md"])
def test_a_version_is_gone(redacted, client, admin, path):
    client.force_login(admin)
    pk = ArtifactVersion.objects.get(path=path).pk
    url = f"/initiatives/observatory/phases/F/artifacts/{pk}/"
    shown, raw = client.get(url).content.decode(), client.get(f"{url}?raw")
    assert ("redacted" in shown, SECRET in shown) == (True, False)
    assert (raw.status_code, SECRET in raw.content.decode()) == (404, False)
    answered = client.get(f"/api/v1/initiatives/observatory/phases/F/artifacts/{pk}")
    assert (answered.status_code, SECRET in answered.content.decode()) == (200, False)


@pytest.mark.parametrize("url", ["/", "/inbox/", "/reviews/", "/initiatives/observatory/activity/"])
def test_so_do_the_pages_of_everybody(redacted, client, admin, url):
    client.force_login(admin)
    shown = client.get(url)
    assert (shown.status_code, SECRET in shown.content.decode()) == (200, False)


def test_the_slice_says_redacted(redacted, client, admin):
    client.force_login(admin)
    url = reverse("slice", kwargs={"slug": "observatory", "phase": "F", "code": "F4"})
    assert REDACTED in client.get(url).content.decode()


@pytest.mark.parametrize(
    "path",
    ["", "/slices/F4", "/slices/F3", "/dispositions", "/findings", "/artifacts", "/concerns", "/gate-runs"],
)
def test_so_does_the_api(redacted, client, admin, path):
    client.force_login(admin)
    answered = client.get(f"/api/v1/initiatives/observatory/phases/F{path}")
    assert (answered.status_code, SECRET in answered.content.decode()) == (200, False)


def test_so_do_its_events(redacted, client, admin):
    client.force_login(admin)
    answered = client.get("/api/v1/initiatives/observatory/events")
    assert SECRET not in answered.content.decode()
    assert REDACTED in answered.content.decode()


def test_the_ledger_holds(redacted):
    assert faults() == []
