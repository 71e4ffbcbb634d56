"""What a browser asks for to show a phase, and what it shows without any script."""

import pytest
from playwright.sync_api import expect

from .pages import B

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_style_sheet_and_one_script(browser_as, demo):
    page = browser_as(demo)
    asked = []
    page.on("request", lambda request: asked.append((request.resource_type, request.url)))
    page.goto(B)
    kinds = [kind for kind, _ in asked]
    assert (kinds.count("document"), kinds.count("stylesheet"), kinds.count("script")) == (1, 1, 1)
    assert not {"font", "media", "websocket"} & set(kinds)


def test_phase_is_all_there_without_script(browser_as, demo):
    page = browser_as(demo, java_script_enabled=False)
    page.goto(B)
    expect(page.get_by_role("link", name="Not ready", exact=True).first).to_be_visible()
    expect(page.locator("svg a").first).to_be_visible()
    expect(page.locator("svg a[href*='/phases/B/slices/']")).to_have_count(10)
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(11)
    expect(page.get_by_role("region", name="Way to ready").get_by_role("listitem").first).to_be_visible()
