"""The phase page on a phone: the first steps, and a line that says how many more there are."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.cast import *  # noqa: F403

pytestmark = pytest.mark.django_db(transaction=True)
PHASE = "/initiatives/harbour/phases/C/"


@pytest.mark.parametrize(("width", "shown"), [(390, 4), (1440, 6)])
def test_the_way_to_ready_says_how_much_more_there_is(browser_as, viewer, width, shown):
    factories.make_phase(needs={f"C{n}": () for n in range(8)})
    page = browser_as(viewer)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(PHASE)
    lines = page.locator("#part-way .turns > li:visible")
    expect(lines).to_have_count(shown + 1)
    expect(lines.last).to_have_text(f"and {8 - shown} more now")
    lines.last.get_by_role("link").click()
    expect(page).to_have_url(f"{PHASE}readiness/#way")
