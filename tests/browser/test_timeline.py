"""The drawing of the timeline in a real browser: no words of it cover others or leave it."""

import datetime as dt

import pytest
from django.utils import timezone

from tests import factories
from tests.actions.reviews import reviewed_phase

pytestmark = pytest.mark.django_db(transaction=True)
PHASE = "/initiatives/observatory/phases/F/"
SIZES = [(1440, 900), (1920, 1080), (390, 844)]
TROUBLES = """
() => {
  const frame = document.querySelector(".timeline-svg").getBoundingClientRect();
  const words = [...document.querySelectorAll(".timeline-svg text")]
    .map((one) => ({ said: one.firstChild.data, box: one.getBoundingClientRect() }))
    .filter(({ box }) => box.width);
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0;
  const leaves = (box) => box.left < frame.left - 1 || box.right > frame.right + 1
    || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
  return words.flatMap(({ said, box }, number) => [
    ...(leaves(box) ? [`${said} leaves`] : []),
    ...words.slice(number + 1).filter((other) => meet(box, other.box))
      .map((other) => `${said} on ${other.said}`),
  ]);
}
"""
BEYOND = """
() => {
  const edge = document.querySelector(".timeline-svg").getBoundingClientRect().right;
  const { right, top, height } = document.querySelector(".flag text").getBoundingClientRect();
  const found = document.elementsFromPoint(edge + 12, top + height / 2);
  return [right > edge + 40, found.some((one) => one.closest("svg"))];
}
"""
"""Whether a name reaches further than the drawing, and whether it is to be seen there."""


def troubles(page, url):
    """What is wrong with the words of a drawing, by the width of the window."""
    page.goto(url)
    found = {}
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found[width] = page.evaluate(TROUBLES)
    return {width: what for width, what in found.items() if what}


@pytest.mark.parametrize("url", [PHASE, f"{PHASE}?wall"])
@pytest.mark.parametrize("letters", ["MW", "<@", "i한"])
def test_names_of_milestones_cover_nothing(browser_as, url, letters):
    phase, today = reviewed_phase("F1"), timezone.now().date()
    phase.about = {
        "milestones": [
            {"group": "plan", "key": letter * 40, "date": str(today + dt.timedelta(days=days))}
            for letter in letters
            for days in (-13, -6, 0, 3)
        ]
    }
    phase.save()
    assert troubles(browser_as(factories.make_user("vera")), url) == {}


def test_letters_of_an_unknown_font_are_cut_off_at_the_edge(browser_as):
    phase, today = reviewed_phase("F1"), timezone.now().date()
    phase.about = {"milestones": [{"group": "plan", "key": "M" * 40, "date": str(today)}]}
    phase.save()
    page = browser_as(factories.make_user("vera"))
    page.goto(f"{PHASE}?wall")
    page.locator(".flag text").evaluate("one => { one.style.fontSize = '4rem'; }")
    assert page.evaluate(BEYOND) == [True, False]


def test_words_of_the_demo_cover_nothing(browser_as, demo):
    page = browser_as(demo)
    urls = [f"/initiatives/open-shelves/phases/{code}/{query}" for code in "ABC" for query in ("", "?wall")]
    assert {url: found for url in urls if (found := troubles(page, url))} == {}
