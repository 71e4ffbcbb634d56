"""Every page, with the demo's data, in both themes and two widths: axe finds nothing, nothing is cut off."""

import pytest
from django.urls import resolve

from tests.web.urls import EVERYONES, routes

from .axe import barriers
from .pages import NOT_PAGES, PAGES, addresses

OPEN_ALL = "for (const fold of document.querySelectorAll('main details')) fold.open = true"
IS_WIDER = "document.documentElement.scrollWidth > innerWidth"


def test_every_page_is_looked_at():
    people = [one for one in routes() if not one.is_api or one.name == "api:docs"]
    shown = {one.name for one in people if "GET" in {*one.verbs, *EVERYONES.get(one.name, ())}}
    assert shown - NOT_PAGES == set(PAGES)


def test_addresses_are_those_of_their_names(demo):
    assert [path for name, path in addresses() if resolve(path.partition("?")[0]).view_name != name] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing(browser_as, demo, scheme, width):
    tabs = [browser_as(person, color_scheme=scheme) for person in (demo, None)]
    found = []
    for name, path in addresses():
        page = tabs[name == "sign-in"]
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path)
        page.evaluate(OPEN_ALL)
        found += barriers(page)
        if page.evaluate(IS_WIDER):
            found.append(f"{path}: scrolls sideways")
    assert not found, "\n".join(found)


def test_pages_fit_when_enlarged_twice(browser_as, demo):
    page = browser_as(demo, device_scale_factor=2)
    page.set_viewport_size({"width": 720, "height": 450})
    wider = []
    for _, path in addresses():
        page.goto(path)
        page.evaluate(OPEN_ALL)
        if page.evaluate(IS_WIDER):
            wider.append(path)
    assert wider == []
