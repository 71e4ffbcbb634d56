"""A day of a newcomer: an empty installation, the first packet, and finding the way around in it."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from .days import PASSWORD, bar, faults, follow, press, recorded, sign_in, sign_out, told, visit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
SLICE = "**/initiatives/harbour/phases/A/slices/A1/"


@pytest.mark.parametrize("script", [True, False])
def test_first_packet_and_the_way_around(browser_as, db, script):
    User.objects.create_superuser("nora", password=PASSWORD)
    page = browser_as(None, java_script_enabled=script)
    sign_in(page, "nora")
    packet = reads_what_a_packet_is(page)
    uploads_the_first_one(page, packet)
    sees_it_on_the_overview(page)
    finds_a_slice(page, script)
    reads_the_keys(page, script)
    starts_what_can_start(page)
    reads_what_is_missing(page)
    sign_out(page)
    is_asked_to_sign_in_again(page)
    assert recorded("A0") == ["nora start"]
    assert faults() == []


def reads_what_a_packet_is(page):
    """The text of the example that the empty page shows."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing has been imported yet")
    expect(page.get_by_text("names the slices of work, their order, who owns each")).to_be_visible()
    return page.locator("pre").inner_text()


def uploads_the_first_one(page, packet):
    follow(page, "Import a packet")
    page.get_by_text("Or paste a packet").click()
    page.get_by_label("Text of the work breakdown").fill(packet)
    page.get_by_label("Initiative", exact=True).select_option("+new")
    page.get_by_label("Name of the new one").fill("harbour")
    press(page, "See what would change")
    expect(page.get_by_text("Creates phase A of the new initiative harbour")).to_be_visible()
    press(page, "Apply")
    told(page, "1 file applied.")
    follow(page, "Go to phase A")


def sees_it_on_the_overview(page):
    page.get_by_role("link", name="Phase tracker").click()
    expect(page.get_by_role("region", name="harbour")).to_contain_text("0 of 2 landed")


def finds_a_slice(page, script):
    if script:
        page.keyboard.press("/")
        page.keyboard.type("berth")
        page.keyboard.press("Enter")
    else:
        visit(page, "Find")
        page.get_by_role("searchbox").fill("berth")
        page.keyboard.press("Enter")
        page.get_by_role("main").get_by_role("link", name="Berth schedule service").click()
    page.wait_for_url(SLICE)


def reads_the_keys(page, script):
    if script:
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    else:
        visit(page, "Keys")
        expect(page.get_by_role("heading", level=1)).to_have_text("Keys")
        page.go_back()


def starts_what_can_start(page):
    follow(page, "Phase A", within=page.get_by_role("navigation", name="You are here"))
    press(page, "Start A0")
    told(page, "A0 is in progress now.")


def reads_what_is_missing(page):
    page.goto("/initiatives/harbour/phases/A/readiness/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("not ready")
    way = page.get_by_role("region", name="Way to ready")
    expect(way.get_by_role("listitem").first).to_contain_text("A0")
    expect(page.get_by_role("region", name="Requirements")).to_contain_text("A1")


def is_asked_to_sign_in_again(page):
    page.goto("/inbox/")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(bar(page)).not_to_contain_text("nora")
