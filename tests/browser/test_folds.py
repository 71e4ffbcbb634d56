"""Addresses that name a form behind a fold, and where the focus goes once a form did its work."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.cast import *  # noqa: F403

pytestmark = pytest.mark.django_db(transaction=True)
PHASE = "/initiatives/harbour/phases/C/"


@pytest.fixture
def page(browser_as, lead):
    return browser_as(lead)


def test_an_address_opens_the_fold_that_it_names(page, phase):
    page.goto(f"{PHASE}#raise")
    expect(page.get_by_label("Kind")).to_be_focused()
    page.locator("#raise").click()
    expect(page.get_by_label("Kind")).to_be_hidden()
    page.evaluate("location.hash = ''")
    page.evaluate("location.hash = 'raise'")
    expect(page.get_by_label("Kind")).to_be_focused()


def test_a_task_leads_to_its_form(page, phase):
    concern = factories.make_blocker(phase, "C0")
    page.goto("/inbox/")
    page.get_by_role("link", name="Resolve", exact=True).click()
    expect(page.get_by_label("How was it resolved?")).to_be_focused()
    page.goto(f"{PHASE}#resolve-{concern.pk + 1}")
    expect(page.get_by_label("How was it resolved?")).to_be_hidden()


def test_a_form_that_is_gone_leads_to_what_it_was_for(browser_as, viewer, phase):
    concern = factories.make_blocker(phase, "C0")
    page = browser_as(viewer)
    page.set_viewport_size({"width": 1440, "height": 300})
    page.goto(f"{PHASE}slices/C0/#resolve-{concern.pk}")
    expect(page.locator(f"#concern-{concern.pk}")).to_be_in_viewport()


def test_what_is_assumed_leaves_the_reader_at_its_row(page, phase):
    page.set_viewport_size({"width": 1440, "height": 500})
    page.goto(f"{PHASE}readiness/?tree=all")
    row = page.locator(".leaf", has=page.get_by_role("link", name="assume met")).last
    name = row.get_attribute("id")
    row.get_by_role("link", name="assume met").click()
    expect(page.locator(f"#{name} a.what-if")).to_be_focused()
    expect(page.locator(f"#{name}")).to_be_in_viewport()


def test_after_a_verb_of_a_slice_the_next_one_has_the_focus(page, phase):
    page.goto(f"{PHASE}slices/C0/")
    page.get_by_role("button", name="Start").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#way-1 ~ * :focus, #way-1 ~ :focus")).to_have_count(1)


def test_buttons_do_not_look_at_work_while_a_region_refreshes(page, phase):
    page.goto(PHASE)
    look = "getComputedStyle(document.querySelector('#start-C0')).cursor"
    was = page.evaluate(look)
    page.locator("#region").evaluate("region => region.classList.add('htmx-request')")
    assert page.evaluate(look) == was
    page.locator("#start-C0").evaluate("one => one.form.classList.add('htmx-request')")
    assert page.evaluate(look) == "progress"
