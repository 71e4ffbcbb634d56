"""A day of an admin: packets with an error and a folder, a machine's key, a waiver, a secret in a log."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from phases.models import GateRun, Phase
from tests.actions.folders import make_zip

from .days import PASSWORD, Machine, faults, follow, press, recorded, sign_in, told, unfold, visit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
SLICE = "/initiatives/harbour/phases/D/slices/D1/"
PACKET = """\
phase: D
entrypoint: docs/harbour/PHASE_D.md
slices:
  - id: D1
    title: Rebuild the quay
    owner: '@quay'
    gates: {quick: [make check], full: [make all]}
  - id: D2
    title: Move the cranes
    owner: '@crane'
    depends_on: [D1]
"""
BROKEN = PACKET.replace("[D1]", "[D7]")
SECRET = "password=hunter2"


@pytest.fixture
def ada(db):
    """The first admin, as the installation makes one: also let into the administration."""
    User.objects.create_superuser("ada", password=PASSWORD)


@pytest.mark.parametrize("script", [True, False])
def test_packets_keys_waivers_and_secrets(browser_as, base_url, ada, script):
    page = browser_as(None, java_script_enabled=script)
    sign_in(page, "ada")
    sees_the_line_of_an_error_and_the_remedy(page)
    applies_the_corrected_packet(page)
    imports_a_folder(page)
    ci = makes_a_token(page, base_url)
    assert ci.report("D", "D1", "quick", "pass", revision="a" * 40, log=f"Signing in, {SECRET}") == 201
    waives_a_gate(page)
    takes_a_secret_out_of_a_log(page)
    revokes_the_token(page)
    assert ci.report("D", "D1", "quick", "fail") == 401
    looks_into_the_administration_and_comes_back(page)
    assert recorded("D1") == ["ci report", "ada waive", "ada redact"]
    assert faults() == []


def upload(page, name, content):
    visit(page, "Imports")
    page.get_by_role("link", name="Import packets").first.click()
    page.set_input_files(
        "#packets", {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    press(page, "See what would change")


def sees_the_line_of_an_error_and_the_remedy(page):
    upload(page, "PHASE_D.yaml", BROKEN.encode())
    expect(page.get_by_role("link", name="11:18")).to_be_visible()
    expect(page.get_by_text("D7").first).to_be_visible()
    expect(page.get_by_role("button", name="Apply")).to_have_count(0)
    assert not Phase.objects.exists()


def applies_the_corrected_packet(page):
    upload(page, "PHASE_D.yaml", PACKET.encode())
    expect(page.get_by_text("Creates phase D of the new initiative harbour")).to_be_visible()
    press(page, "Apply")
    told(page, "1 file applied.")
    assert Phase.objects.get().code == "D"


def imports_a_folder(page):
    upload(page, "lighthouse.zip", make_zip())
    press(page, "Apply the chosen files")
    told(page, "3 files applied.")
    follow(page, "Go to its documents")
    expect(page.get_by_text("A lens of glass").first).to_be_visible()


def makes_a_token(page, url):
    visit(page, "Tokens")
    page.get_by_role("link", name="Make a token").first.click()
    page.get_by_label("Name", exact=True).fill("ci")
    page.get_by_label("gates").check()
    press(page, "Make the token")
    told(page, "it is shown this once")
    return Machine(url, page.get_by_label("Token", exact=True).input_value())


def waives_a_gate(page):
    page.goto(SLICE)
    unfold(page, "Waive a requirement")
    page.get_by_label("Requirement").select_option(label=option_of(page, "make all"))
    page.get_by_label("Reason", exact=True).fill("The full bench is away until May.")
    press(page, "Waive")
    told(page, "waived")
    expect(page.get_by_role("region", name="Waivers")).to_contain_text("The full bench is away until May.")


def option_of(page, words):
    """The whole label of the first option that has these words."""
    found = page.get_by_label("Requirement").locator("option").filter(has_text=words).first
    return found.text_content()


def takes_a_secret_out_of_a_log(page):
    page.goto(f"/initiatives/harbour/phases/D/runs/{GateRun.objects.get().pk}/")
    expect(page.get_by_role("region", name="Log")).to_contain_text(SECRET)
    unfold(page, "Redact a secret")
    page.get_by_label("Why?").fill("Somebody's password.")
    page.get_by_label("nobody can bring it back").check()
    press(page, "Redact for ever")
    expect(page.get_by_role("region", name="Log")).to_contain_text("Redacted")
    assert "hunter2" not in page.content()


def revokes_the_token(page):
    visit(page, "Tokens")
    page.locator("summary", has_text="Revoke").click()
    page.get_by_label("Why it is revoked").fill("The bench is away.")
    press(page, "Revoke it")
    told(page, "ci is revoked")


def looks_into_the_administration_and_comes_back(page):
    visit(page, "Administration")
    page.get_by_role("link", name="Users").click()
    expect(page.get_by_role("link", name="ada", exact=True).first).to_be_visible()
    page.get_by_role("link", name="Back to the tracker").click()
    expect(page.get_by_role("link", name="harbour", exact=True).first).to_be_visible()
