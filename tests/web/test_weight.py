"""How much a phase page weighs as it is sent: page, style and script, compressed as deployed."""

import gzip
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from tests import factories

BUDGET = 60_000
"""Bytes of a page of nine slices with its style and its script."""

AS_DEPLOYED = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
TITLES = (
    "Planning packet and entry conditions",
    "Loan rules that read like the by-laws",
    "Holds queue with fair turns across branches",
    "Notices by post, mail and telephone",
    "Due dates over public holidays",
    "Conditional tightening of the renewal limits",
    "Independent review and fix closure",
    "Structural assessment and taste pass",
    "Canonical documents and readiness for the next phase",
)
SUITES = ("quick", "full", "assess", "acceptance", "closure", "mandatory_before")


@pytest.fixture
def phase(db):
    """Nine slices in two lanes with six suites each, some of them run, one blocked."""
    codes = [f"D{n}" for n in range(9)]
    needs = {code: codes[max(0, n - 2) : n - n % 2] for n, code in enumerate(codes)}
    made = factories.make_phase("D", needs=needs, backup="@holds", files=["services/loans/**"])
    for code, title in zip(codes, TITLES, strict=True):
        made.slices.filter(code=code).update(title=title)
        for suite in SUITES:
            factories.make_gate(made, code, suite=suite, text=f"make {code.lower()}-{suite}")
        factories.make_run(made, code, f"make {code.lower()}-quick", revision="a" * 40, changed_files=["x"])
        factories.make_run(made, code, f"make {code.lower()}-full", "fail", revision="b" * 40)
    factories.make_blocker(made, "D4")
    return made


@pytest.fixture
def deployed(tmp_path, settings):
    """The folder of collected static files, as the program is deployed with them."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = AS_DEPLOYED
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    call_command("collectstatic", "--no-input", "--verbosity", "0")
    return tmp_path


def loaded(page: str) -> list[str]:
    """Names of the style sheets and scripts that a page asks for."""
    found = re.findall(
        r'<link rel="stylesheet" href="/static/([^"]+)"|<script [^>]*src="/static/([^"]+)"', page
    )
    return [style or script for style, script in found]


def sent(folder: Path, name: str) -> int:
    """Bytes of a file as it is sent to browsers, which all take gzip."""
    return (folder / f"{name}.gz").stat().st_size


def test_phase_page_with_style_and_script_is_light(client, admin, phase, deployed):
    client.force_login(admin)
    page = client.get("/initiatives/harbour/phases/D/").content
    style, script = loaded(page.decode())
    assert re.fullmatch(r"app\.[0-9a-f]{12}\.css", style)
    assert re.fullmatch(r"app\.[0-9a-f]{12}\.js", script)
    weights = [len(gzip.compress(page, 6)), sent(deployed, style), sent(deployed, script)]
    assert sum(weights) < BUDGET, f"page, style and script weigh {weights} bytes"


def test_a_page_asks_for_nothing_else(client, admin, phase, deployed):
    client.force_login(admin)
    page = client.get("/initiatives/harbour/phases/D/").content.decode()
    asked = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    assert {re.sub(r"\.[0-9a-f]{12}\.", ".", one) for one in asked} == {
        "/static/app.css",
        "/static/app.js",
        "/static/favicon.svg",
    }
