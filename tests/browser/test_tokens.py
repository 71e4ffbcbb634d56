"""Tokens in a real browser: the secret is there once, to be copied, and gone when the page is left."""

import re

import pytest
from playwright.sync_api import expect

from phases.actions.tokens import create_token, find_token
from phases.models import Token
from phases.permissions import OPERATOR
from tests.cast import *  # noqa: F403

from .axe import barriers

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = re.compile(r"pet_[0-9a-f]{8}_[\w-]{43}")


def make(page, name="ci-main"):
    """Fill in the form and answer the secret that is shown."""
    page.goto("/tokens/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("gates").check()
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_role("status")).to_contain_text("it is shown this once")
    return page.get_by_label("Token", exact=True).input_value()


def test_the_secret_takes_the_place_of_the_form(browser_as, admin):
    page = browser_as(admin)
    secret = make(page)
    expect(page.get_by_role("status")).to_be_focused()
    assert find_token(secret).name == "ci-main"
    assert page.url.endswith("/tokens/new/")


def test_both_lines_are_copied(browser_as, admin, base_url):
    page = browser_as(admin, permissions=["clipboard-read", "clipboard-write"])
    secret = make(page)
    page.get_by_role("button", name="Copy both lines").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"export TRACKER_URL={base_url}\nexport TRACKER_TOKEN={secret}"


@pytest.mark.parametrize("way", ["reload", "back"])
def test_it_is_not_shown_again(browser_as, admin, way):
    page = browser_as(admin)
    make(page)
    if way == "reload":
        page.reload()
    else:
        page.get_by_role("link", name="to the tokens").click()
        expect(page.get_by_text("ci-main").first).to_be_visible()
        page.go_back()
    expect(page.get_by_role("button", name="Make the token")).to_be_visible()
    assert not SECRET.search(page.content())


def test_nothing_of_it_is_kept_in_a_page_that_the_browser_keeps(browser_as, admin):
    page = browser_as(admin)
    make(page)
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert not SECRET.search(page.content())
    expect(page.get_by_label("Token", exact=True)).to_have_count(0)


def test_a_refused_form_comes_back_in_place(browser_as, admin):
    create_token(actor=OPERATOR, name="ci-main", scopes=["read"])
    page = browser_as(admin)
    page.goto("/tokens/new/")
    page.get_by_label("Name").fill("ci-main")
    page.get_by_label("gates").check()
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_role("alert").first).to_contain_text("There is a token 'ci-main' already")
    expect(page.get_by_label("gates")).to_be_checked()


def test_revoking_asks_why_and_answers_in_place(browser_as, admin):
    create_token(actor=OPERATOR, name="ci-main", scopes=["read"])
    page = browser_as(admin)
    page.goto("/tokens/?state=usable")
    page.evaluate("window.same = true")
    page.locator("main summary").click()
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_role("alert").filter(has_text="Say why it is revoked")).to_be_focused()
    page.get_by_label("Why it is revoked").fill("Rotation.")
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_role("status")).to_have_text("ci-main is revoked. From now on it is refused.")
    expect(page.get_by_text("No token is here")).to_be_visible()
    assert page.evaluate("window.same")
    assert Token.objects.get().revoke_reason == "Rotation."


def test_it_all_works_without_scripts(browser_as, admin):
    page = browser_as(admin, java_script_enabled=False)
    secret = make(page)
    assert find_token(secret)
    page.reload()
    expect(page.get_by_role("alert").first).to_contain_text("There is a token 'ci-main' already")
    assert not SECRET.search(page.content())
    page.goto("/tokens/")
    page.locator("main summary").click()
    page.get_by_label("Why it is revoked").fill("Rotation.")
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_role("status")).to_contain_text("ci-main is revoked")
    assert find_token(secret) is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit_a_telephone(browser_as, admin, phase, scheme):
    create_token(actor=OPERATOR, name="n" * 100, scopes=["gates", "slices", "read"], initiative="harbour")
    page = browser_as(admin, color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 800})
    for place in ("/tokens/", "/tokens/new/", ""):
        page.goto(place) if place else make(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, place
        assert barriers(page) == []
