"""Importing in a real browser: choose a file, look, apply; and two people who do so at once."""

import pytest
from playwright.sync_api import expect

from phases.models import Phase
from tests.factories import make_user
from tests.web.packets import PACKET

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin():
    return make_user("admin", "admin")


def choose(page, text=PACKET):
    page.goto("/imports/new/")
    file = {"name": "PHASE_D.yaml", "mimeType": "application/yaml", "buffer": text.encode()}
    page.set_input_files("#packets", [file])
    page.get_by_role("button", name="See what would change").click()


def test_a_chosen_file_is_shown_and_applied_in_place(browser_as, admin):
    page = browser_as(admin)
    choose(page)
    expect(page.get_by_text("Creates phase D of the new initiative harbour")).to_be_visible()
    page.evaluate("window.stays = true")
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("1 file applied.")
    assert page.evaluate("window.stays")
    assert Phase.objects.get().code == "D"


def test_who_was_slower_sees_the_comparison_with_what_the_other_applied(browser_as, admin):
    slow, fast = browser_as(admin), browser_as(admin)
    choose(slow, PACKET.replace("cranes", "lamps"))
    choose(fast)
    fast.get_by_role("button", name="Apply", exact=True).click()
    expect(fast.get_by_role("status")).to_have_text("1 file applied.")
    slow.get_by_role("button", name="Apply", exact=True).click()
    expect(slow.get_by_role("alert").first).to_contain_text("Somebody was faster.")
    expect(slow.locator("del")).to_have_text("Move the cranes")
    slow.get_by_role("button", name="Apply", exact=True).click()
    expect(slow.get_by_text("Updated phase D of harbour to packet revision 2")).to_be_visible()


def test_the_name_of_a_new_initiative_is_asked_for_where_it_is_needed(browser_as, admin):
    page = browser_as(admin)
    page.goto("/imports/new/")
    expect(page.get_by_label("Name of the new one")).to_be_hidden()
    page.get_by_label("Initiative", exact=True).select_option("+new")
    expect(page.get_by_label("Name of the new one")).to_be_visible()


def test_the_activity_is_filtered_without_loading_the_page(browser_as, admin):
    page = browser_as(admin)
    choose(page)
    page.get_by_role("button", name="Apply", exact=True).click()
    page.get_by_role("link", name="Go to phase D").wait_for()
    page.goto("/initiatives/harbour/activity/")
    page.evaluate("window.stays = true")
    page.get_by_label("Verb").select_option("import")
    expect(page.locator(".ledger li")).to_have_count(1)
    assert page.evaluate("window.stays")
    assert "verb=import" in page.url
