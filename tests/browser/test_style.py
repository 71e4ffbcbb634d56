"""The look: pages that few people see, both themes at once, forced colours, and buttons at work."""

from functools import partial

import pytest
from django.contrib.auth.models import User
from django.template.loader import get_template
from playwright.sync_api import expect

from phases.actions.tokens import create_token
from phases.permissions import OPERATOR
from tests.cast import *  # noqa: F403

from .axe import EVERYTHING, WCAG, barriers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.statuses(404, 405, 429, 500, 503)]
EMPTY = ("/imports/", "/tokens/")
"""What `test_axe` sees filled only."""
ERRORS = (
    "/nowhere/",
    "/accounts/sign-out/?next=/",
    "/initiatives/harbour/concerns/1/answer/",
    "/500/",
    "/503/",
)
ADMIN = (
    "/admin/",
    "/admin/phases/slice/",
    "/admin/phases/event/",
    "/admin/auth/user/",
    "/admin/auth/user/1/change/",
)
SHOWN = "(part, at) => getComputedStyle(document.querySelector(part), at || null)"
themes_and_widths = pytest.mark.parametrize(
    ("scheme", "width"), [(scheme, width) for scheme in ("light", "dark") for width in (1440, 360)]
)


def opened(browser_as, person, scheme, width):
    """A page on which the addresses `/500/` and `/503/` answer as a server in trouble does."""
    page = browser_as(person, color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    for status in (500, 503):
        body = get_template(f"{status}.html").render({"message": "The database does not answer."})
        page.route(f"**/{status}/", partial(answer, status=status, body=body))
    return page


def answer(route, *, status, body):
    route.fulfill(status=status, body=body, content_type="text/html")


def wrong(page, places, tags=EVERYTHING):
    """What axe finds, and what scrolls sideways, with its address."""
    found = []
    for place in places:
        page.goto(place)
        found += barriers(page, tags)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{place}: scrolls sideways")
    return found


@themes_and_widths
def test_empty_pages_and_errors_are_accessible(browser_as, phase, admin, scheme, width):
    page = opened(browser_as, admin, scheme, width)
    assert wrong(page, EMPTY + ERRORS) == []


@themes_and_widths
def test_signing_in_is_accessible_also_refused_and_locked(browser_as, viewer, scheme, width):
    page = opened(browser_as, None, scheme, width)
    assert wrong(page, ["/accounts/sign-in/", "/nowhere/"]) == []
    page.goto("/accounts/sign-in/")
    for _ in range(5):
        page.get_by_label("Name").fill("viewer")
        page.get_by_label("Password").fill("guessed")
        with page.expect_navigation():
            page.get_by_role("button", name="Sign in", exact=True).click()
        assert barriers(page) == []
    expect(page.get_by_role("heading", name="Too many tries")).to_be_visible()


@themes_and_widths
def test_the_administration_is_accessible(browser_as, phase, scheme, width):
    page = opened(browser_as, User.objects.create_superuser("ann", password="made-up"), scheme, width)
    places = [place.replace("/1/", f"/{User.objects.get().pk}/") for place in ADMIN]
    assert wrong(page, places, WCAG) == []


def test_both_themes_stand_side_by_side(browser_as, admin):
    page = browser_as(admin, color_scheme="light")
    page.goto("/style/")
    grounds = [
        page.evaluate(f"({SHOWN})('#badges .in-{theme}').backgroundColor") for theme in ("light", "dark")
    ]
    assert grounds == ["rgb(247, 247, 245)", "rgb(18, 19, 22)"]


def test_forced_colours_keep_what_is_filled_apart_from_what_is_not(browser_as, admin):
    page = browser_as(admin, forced_colors="active")
    page.goto("/style/")
    fills = [
        page.evaluate(f"({SHOWN})('.in-light .progress .{status}').backgroundColor")
        for status in ("landed", "planned")
    ]
    assert fills[0] != fills[1]
    words = page.locator(".in-light .badge").all_inner_texts()
    assert all(words), "what a badge says does not hang on its colour"


def test_a_button_at_work_keeps_its_place(browser_as, admin):
    create_token(actor=OPERATOR, name="ci-main", scopes=["read"])
    page = browser_as(admin)
    page.goto("/tokens/")
    page.locator("summary", has_text="Revoke").click()
    page.get_by_label("Why it is revoked").fill("Rotation.")
    button = page.get_by_role("button", name="Revoke it")
    before = button.bounding_box()
    page.route("**/revoke/", lambda route: None)
    button.click()
    expect(button).to_be_disabled()
    assert page.evaluate(f"({SHOWN})('form.htmx-request .button').backgroundImage") != "none"
    assert button.bounding_box() == before
