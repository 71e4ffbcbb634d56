"""Queries of the readiness page and the badge: counted, and the same after the data has grown."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from phases.models import Phase
from tests import factories
from tests.actions.conftest import bring
from tests.actions.reviews import run

from .readiness import readiness_url
from .reviewed import someone
from .test_budgets import queries

MOST = 12


def packet(code: str, slices: int) -> str:
    """A phase with a chain of slices, two gates each, the first two declared landed."""
    lines = [f"phase: {code}", "entrypoint: docs/observatory/README.md"]
    lines += [f"as_landed_through: {code}1", "slices:"]
    for n in range(slices):
        before = f"{code}{n - 1}" if n else ""
        gates = f"{{quick: [make q{n}], full: [make f{n}]}}"
        lines.append(
            f"  - {{id: {code}{n}, title: Part {n}, owner: '@o{n % 7}', backup: '@b', depends_on: [{before}],"
            f" files: [src/{n}/**], gates: {gates}}}"
        )
    return "\n".join([*lines, ""])


def grow(code: str, slices: int) -> str:
    """Import it and report runs; answers the address of its readiness page."""
    bring(packet(code, slices), declared=True)
    phase = Phase.objects.select_related("initiative").get(code=code)
    for n in range(slices):
        said: dict[str, Any] = {"revision": f"{n:040x}", "changed_files": [f"src/{n}/a"]}
        run(phase, "quick", f"make q{n}", code=f"{code}{n}", **said)
        factories.make_blocker(phase, f"{code}{n}")
    return readiness_url(code)


@pytest.fixture
def two(db) -> tuple[str, str]:
    return grow("P", 9), grow("Q", 90)


@pytest.fixture
def client(two):
    return someone(Phase.objects.get(code="P"), "vera")


QUERIES = ("", "?assume=slice:{}3", "?at={now}", "?since={now}", "?at={now}&since={before}", "?tree=all")


def test_page_makes_the_same_few_queries_for_many_slices(client, two):
    words = {"now": f"{timezone.now():%Y-%m-%dT%H:%M:%S.%fZ}", "before": f"{_first():%Y-%m-%dT%H:%M:%S.%fZ}"}
    for query in QUERIES:
        few, many = (
            queries(client, url + query.format(code, **words)) for url, code in zip(two, "PQ", strict=True)
        )
        assert few == many <= MOST, query


def _first() -> dt.datetime:
    """A moment at which both phases were there, just after their imports."""
    return Phase.objects.get(code="Q").revision.imported_at + dt.timedelta(milliseconds=1)


def test_longer_history_makes_no_more_queries(client, two):
    asked = ("", f"?at={timezone.now():%Y-%m-%dT%H:%M:%S.%fZ}")
    before = [queries(client, two[0] + query) for query in asked]
    phase = Phase.objects.get(code="P")
    for n in range(30):
        run(phase, "quick", f"make q{n % 9}", ("pass", "fail")[n % 2], code=f"P{n % 9}", revision=f"{n:040x}")
    assert [queries(client, two[0] + query) for query in asked] == before
    assert max(before) <= MOST


def test_badge_makes_the_same_few_queries(client, two):
    few, many = (queries(client, f"{url}badge.svg") for url in two)
    # Session, user, grants; the phase; its snapshot.
    assert few == many == 9
