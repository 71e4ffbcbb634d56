"""Correcting and renaming in a real browser, with nothing in anybody's way."""

import pytest
from playwright.sync_api import expect

from phases.models import ImportFile, Phase
from tests.factories import make_user
from tests.web.packets import BROKEN, PACKET

from .axe import barriers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin():
    return make_user("admin", "admin")


def choose(page, **texts):
    page.goto("/imports/new/")
    files = [
        {"name": f"{name}.yaml", "mimeType": "application/yaml", "buffer": text.encode()}
        for name, text in texts.items()
    ]
    page.set_input_files("#packets", files)
    page.get_by_role("button", name="See what would change").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_refused_correction_and_a_refused_name_please_axe(browser_as, admin, scheme):
    page = browser_as(admin, color_scheme=scheme)
    choose(page, PHASE_D=PACKET, PHASE_E=BROKEN)
    page.get_by_text("Rename the new initiative harbour").click()
    page.get_by_label("Initiative").fill("!!")
    page.get_by_role("button", name="Use this name").click()
    expect(page.get_by_role("alert")).to_contain_text("no letter or digit")
    assert barriers(page) == []
    page.get_by_role("link", name="Correct its text here").click()
    page.get_by_label("Initiative", exact=True).select_option("+new")
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_role("heading", name="Correct a packet")).to_be_visible()
    assert barriers(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_reading_a_packet_again_pleases_axe(browser_as, admin, scheme):
    page = browser_as(admin, color_scheme=scheme)
    choose(page, PHASE_D=PACKET)
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("1 file applied.")
    Phase.objects.update(handed_off=[9, 1, "lena", "2026-06-01T10:00:00+00:00"])
    choose(page, PHASE_D=PACKET.replace("cranes", "lamps"))
    expect(page.get_by_text("it can be read again here")).to_be_visible()
    Phase.objects.update(handed_off=None)
    page.reload()
    assert barriers(page) == []
    page.get_by_role("link", name="Read it again").click()
    assert barriers(page) == []
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_text("Updated phase D of harbour to packet revision 2")).to_be_visible()


def test_a_renamed_initiative_is_the_one_that_is_made(browser_as, admin):
    page = browser_as(admin)
    choose(page, PHASE_D=PACKET)
    page.get_by_text("Rename the new initiative harbour").click()
    page.get_by_label("Initiative").fill("Pier")
    page.get_by_role("button", name="Use this name").click()
    expect(page.get_by_text("Creates phase D of the new initiative pier")).to_be_visible()
    assert ImportFile.objects.get().initiative == "pier"


def test_a_line_that_is_named_is_marked_in_the_text(browser_as, admin):
    page = browser_as(admin)
    choose(page, PHASE_E=BROKEN + "colour: red\n")
    page.get_by_role("link", name="Correct its text here").click()
    page.get_by_role("link", name="line 7").click()
    text = page.get_by_label("Text of the work breakdown")
    expect(text).to_be_focused()
    assert (
        text.evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)")
        == "    depends_on: [E7]"
    )
    expect(page.get_by_role("listitem").filter(has_text="△ warning")).to_be_visible()
