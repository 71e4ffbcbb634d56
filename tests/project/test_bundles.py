"""One style sheet and one script, joined from the parts in `static/`."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from rcssmin import cssmin
from rjsmin import jsmin

from tracker.bundles import BUNDLES, SCRIPTS, STYLES

STATIC = Path(__file__).resolve().parents[2] / "static"
ALONE = {"admin", "admin-parts", "style"}
"""Style sheets of pages that few people see."""


def test_every_part_is_in_its_bundle():
    assert {file.stem for file in (STATIC / "css").glob("*.css")} - ALONE == set(STYLES)
    assert {file.stem for file in (STATIC / "js").glob("*.js")} == set(SCRIPTS)


def text_of(name: str) -> str:
    path = finders.find(name)
    assert path is not None
    return Path(path).read_text()


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_holds_its_parts_in_order(name):
    squeezed = cssmin if name.endswith(".css") else jsmin
    places = [text_of(name).index(squeezed(text_of(part))) for part in BUNDLES[name]]
    assert places == sorted(places)


def test_a_bundle_weighs_less_than_its_parts():
    parts = sum(len(text_of(part)) for part in BUNDLES["app.css"])
    assert len(text_of("app.css")) < 0.85 * parts


def test_what_is_collected_is_what_is_found(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", "--no-input", "--verbosity", "0")
    assert (tmp_path / "app.js").read_text() == text_of("app.js")


def test_a_page_asks_for_one_style_sheet_and_one_script(client, db):
    page = client.get("/accounts/sign-in/").content.decode()
    assert (page.count('rel="stylesheet"'), page.count("<script")) == (1, 1)
