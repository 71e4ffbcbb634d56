"""Joined addresses are the ones that Django would reverse."""

import pytest
from django.urls import reverse

from phases.rules.transitions import VERBS
from phases.views.paths import Paths

ODD = ("C0", "C 0", "C%0", "Ö?&#1", "a;b=c", "@x:y")
PATHS = Paths("harbour")


@pytest.mark.parametrize("code", ODD)
def test_slices_and_phases(code):
    assert PATHS.phase(code) == reverse("phase", args=["harbour", code])
    assert PATHS.slice("C", code) == reverse("slice", args=["harbour", "C", code])


@pytest.mark.parametrize("verb", VERBS)
def test_verbs(verb):
    name = f"slice-{verb.replace('_', '-')}"
    assert PATHS.verb("C", "C0", verb) == reverse(name, args=["harbour", "C", "C0"])


@pytest.mark.parametrize("code", ODD)
def test_suites_and_runs(code):
    assert PATHS.suite(code, code, "full") == reverse("suite", args=["harbour", code, code, "full"])
    assert PATHS.suite(code, "", "extra") == reverse("phase-suite", args=["harbour", code, "extra"])
    assert PATHS.run(code, 7) == reverse("run", args=["harbour", code, 7])


@pytest.mark.parametrize("handle", ["@crew", "@crew/night shift", "crew#1"])
def test_owners(handle):
    assert PATHS.owner(handle) == reverse("owner", args=["harbour", handle])
