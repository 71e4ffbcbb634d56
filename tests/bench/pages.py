"""Pages and verbs against bare Django views of the same data."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.test import Client, override_settings

from phases.actions.asked import Report
from phases.actions.runs import report_runs
from phases.actions.slices import link_slice
from phases.actions.waivers import waive
from phases.lookups import current
from phases.models import Phase, Slice
from phases.permissions import OPERATOR
from phases.snapshot import load
from tests import factories

from . import bare
from .measure import Line, Work, queries, ratio

AS_DEPLOYED = {"WHITENOISE_AUTOREFRESH": False, "WHITENOISE_USE_FINDERS": False}
SUITES = ("quick", "full", "assess", "closure", "acceptance")


PAGES = {
    "phase page": "",
    "slice page": "slices/S5/",
    "readiness page": "readiness/",
    "documents page": "documents/",
}


def phase_of(slices: int, *, gates: int = 5, slug: str = "bench") -> Phase:
    """A phase of two lanes that join now and then, every slice with gates."""
    codes = [f"S{n}" for n in range(slices)]
    needs = {code: codes[max(0, n - 2) : n - n % 2] for n, code in enumerate(codes)}
    phase = factories.make_phase("B", slug=slug, needs=needs, objective="Make it so, and show that it is.")
    for code in codes:
        for suite in SUITES[:gates]:
            factories.make_gate(phase, code, suite=suite, text=f"make {code} {suite}")
    return phase


def lines() -> Iterator[Line]:
    admin = factories.make_user("bench", "admin")
    with override_settings(ROOT_URLCONF="tests.bench.bare", **AS_DEPLOYED):
        yield from _counts(admin)
        phase = phase_of(50)
        for n in range(50):
            link_slice(actor=OPERATOR, phase=phase, code="S0", branch=f"try-{n}")
        _show(phase)
        yield from _ratios(admin, phase)


def _show(phase: Phase) -> None:
    """Every gate has passed; S0 goes to and fro, and its quick suite need not run again each time."""
    state = load(current(phase))
    quick = next(gate for gate in state.slices["S0"].gates if gate.suite == "quick")
    waive(actor=OPERATOR, phase=phase, key=quick.key, reason="Moved to and fro to take its time.")
    for item in state.slices.values():
        for suite in SUITES:
            report = Report(suite, item.code, outcome="pass", revision="1" * 40, changed_files=())
            report_runs(actor=OPERATOR, phase=phase, report=report)


def _counts(admin: User) -> Iterator[Line]:
    for slices in (9, 90):
        phase = phase_of(slices, slug=f"size-{slices}")
        base = f"/initiatives/{phase.initiative.slug}/phases/B/"
        for what, below in PAGES.items():
            path = f"{base}{below}"
            yield Line(f"queries of the {what}, {slices} slices", queries(get(admin, path)), 12, "")
    yield Line("queries of the overview", queries(get(admin, "/")), 8, "")


def _ratios(admin: User, phase: Phase) -> Iterator[Line]:
    path = f"/initiatives/bench/phases/{phase.code}/"
    page = get(admin, path)
    yield Line("phase page, 50 slices x 5 gates, changed", ratio(page, _table(admin, phase)), 3)
    yield Line(
        "phase page, 50 slices x 5 gates, unchanged (304)",
        ratio(unchanged(admin, path), _string(admin, path)),
        1.3,
    )
    yield Line("slice page, 50 events", ratio(get(admin, f"{path}slices/S0/"), _table(admin, phase)), 3)
    yield Line("status change through the API", ratio(_move(admin), _update(admin, phase)), 4)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def get(user: User, path: str) -> Work:
    client = signed_in(user)

    def work() -> None:
        response = client.get(path)
        assert response.status_code == 200, (path, response.status_code)

    return work


def unchanged(user: User, path: str) -> Work:
    client = signed_in(user)
    etag = client.get(path, headers={"hx-request": "true"})["ETag"]

    def work() -> None:
        response = client.get(path, headers={"hx-request": "true", "if-none-match": etag})
        assert response.status_code == 304, response.status_code

    return work


def _bare(user: User, path: str, data: dict[str, str] | None = None) -> Work:
    client = bare.client()
    client.force_login(user)

    def work() -> None:
        response = client.post(path, data) if data else client.get(path)
        assert response.status_code == 200, (path, response.status_code)

    return work


def _table(user: User, phase: Phase) -> Work:
    return _bare(user, f"/table/{phase.pk}/")


def _string(user: User, path: str) -> Work:
    bare.ready["text"] = signed_in(user).get(path, headers={"hx-request": "true"}).content.decode()
    return _bare(user, "/string/")


def _update(user: User, phase: Phase) -> Work:
    return _bare(user, f"/update/{phase.slices.get(code='S0').pk}/", {"branch": "next"})


def _move(user: User) -> Work:
    """Back and forth between in progress and candidate: each time guards, version and event."""
    client = signed_in(user)
    path = "/api/v1/initiatives/bench/phases/B/slices/S0/status"
    row = Slice.objects.get(phase__initiative__slug="bench", code="S0")
    state = {"version": row.version, "to": "candidate" if row.status == "in_progress" else "in_progress"}

    def work() -> None:
        body = {**state, "note": "measured"}
        response = client.post(path, body, content_type="application/json")
        assert response.status_code == 200, response.content
        state["version"] = response.json()["version"]
        state["to"] = "candidate" if state["to"] == "in_progress" else "in_progress"

    return work
