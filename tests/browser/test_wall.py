"""The page for the wall in a real browser: one screen of any size, live, and plain about silence."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from phases.models import Slice
from tests import factories
from tests.actions.conftest import bring
from tests.actions.reviews import move, reviewed_phase, run

from .axe import barriers

pytestmark = pytest.mark.django_db(transaction=True)
WALL = "/initiatives/observatory/phases/F/?wall"
SCREENS = [(1440, 900), (1920, 1080), (3840, 2160)]
SLICE = "  - {{id: F{}, title: A title of words, owner: '@dome-of-the-observatory', backup: '@mirror'}}\n"
CUT = """
[...document.querySelectorAll(".wall *")].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width > 0 && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1);
}).map((one) => one.className.baseVal ?? one.className)
"""


@pytest.fixture
def vera(db):
    return factories.make_user("vera")


@pytest.fixture
def phase(vera):
    """F1 at work with a failed gate and a blocker of many words."""
    made = reviewed_phase("F1")
    run(made, "quick", "make dome", "fail", code="F1", revision="a" * 40)
    factories.make_blocker(made, "F1", "The crane is out of order, and so is the other one. " * 5)
    return made


def opened(page, url, size):
    """The wall on a screen of that size."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(url)
    return page


@pytest.mark.parametrize("slices", [9, 90])
@pytest.mark.parametrize("status", ["in_progress", "planned", "landed"])
def test_everything_is_on_one_screen(browser_as, vera, slices, status):
    bring("phase: F\nslices:\n" + "".join(SLICE.format(n) for n in range(slices)))
    Slice.objects.update(status=status, since=timezone.now())
    page = browser_as(vera)
    for screen in SCREENS:
        opened(page, WALL, screen)
        assert page.evaluate(CUT) == [], screen
        assert page.evaluate("document.documentElement.scrollHeight") <= screen[1]


@pytest.mark.parametrize(("slices", "code"), [(10, "F{}"), (60, "F{}"), (60, "MW{}")])
def test_no_tile_is_narrower_than_its_words(browser_as, vera, slices, code):
    needs = {code.format(number): () for number in range(slices)}
    factories.make_phase("F", slug="observatory", needs=needs, status="in_progress")
    page = opened(browser_as(vera), WALL, SCREENS[0])
    tiles = page.locator(".wall-tile b" if slices > 10 else ".wall-tile")
    expect(tiles).to_have_count(slices)
    assert tiles.evaluate_all("all => all.filter((one) => one.scrollWidth > one.clientWidth).length") == 0


@pytest.mark.parametrize("screen", SCREENS)
def test_troubles_and_timeline_are_on_the_screen(browser_as, vera, phase, screen):
    page = opened(browser_as(vera), WALL, screen)
    expect(page.get_by_text("quick failed")).to_be_in_viewport(ratio=1)
    expect(page.locator(".timeline-svg")).to_be_in_viewport(ratio=1)
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("screen", SCREENS)
def test_text_is_large_in_proportion_to_the_screen(browser_as, vera, phase, screen):
    page = opened(browser_as(vera), WALL, screen)
    sizes = page.evaluate(
        "[...document.querySelectorAll('.wall-region :is(p, li, b, h1, h2, span)')]"
        ".map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= screen[1] / 60
    assert max(sizes) >= screen[1] / 16


def test_what_others_do_appears_by_itself(quick, vera, phase):
    page = quick(vera)
    page.goto(WALL)
    expect(page.locator("#tile-F1")).to_contain_text("blocked")
    phase.concerns.update(state="resolved")
    run(phase, "quick", "make dome", code="F1", revision="b" * 40)
    move(phase, "F1", "candidate")
    expect(page.locator("#tile-F1")).to_contain_text("candidate")
    expect(page.locator("#heard")).to_have_text("server heard just now")


@pytest.mark.statuses(0)
def test_silence_of_a_minute_is_plain_to_see_and_ends(quick, vera, phase, console_errors):
    page = quick(vera)
    page.clock.install()
    page.goto(WALL)
    expect(page.locator("#heard")).to_have_text("server heard just now")
    page.context.set_offline(True)
    page.clock.fast_forward(70_000)
    expect(page.locator("#heard")).to_have_text(
        "The server last answered 1 min ago: this may be out of date."
    )
    expect(page.locator("body.is-silent")).to_have_count(1)
    page.context.set_offline(False)
    page.clock.run_for(2_000)
    expect(page.locator("body.is-silent")).to_have_count(0)
    console_errors.clear()


@pytest.mark.statuses(401)
def test_a_wall_that_was_signed_out_says_so(quick, vera, phase, console_errors):
    page = quick(vera)
    page.goto(WALL)
    page.context.clear_cookies()
    expect(page.locator("#heard")).to_contain_text("This screen was signed out")
    expect(page.locator("body.is-silent")).to_have_count(1)
    page.goto("about:blank")
    console_errors.clear()


def test_escape_leads_back_to_the_phase(browser_as, vera, phase):
    page = browser_as(vera)
    page.goto(WALL)
    page.keyboard.press("Escape")
    page.wait_for_url("**/phases/F/")


@pytest.mark.parametrize("width", [360, 800])
def test_wall_in_the_hand_scrolls_only_downwards(browser_as, vera, phase, width):
    phase.about = {
        "milestones": [{"group": "plan", "key": "M" * 40, "date": timezone.now().date().isoformat()}]
    }
    phase.save()
    page = opened(browser_as(vera), WALL, (width, 800))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser_as, vera, phase, scheme):
    page = browser_as(vera, color_scheme=scheme)
    page.goto(WALL)
    assert barriers(page) == []
