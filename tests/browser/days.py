"""What people and machines do in the course of a day, in the words of the pages.

Each step works with and without script: a page without script does not refresh itself, so it is loaded anew.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from playwright.sync_api import Locator, Page, expect

from phases.actions.imports import import_packet
from phases.actions.people import add_person
from phases.actions.slices import move_slice
from phases.actions.verify import verify_ledger
from phases.models import Event, Initiative, Phase
from phases.packets import read_packet
from phases.permissions import OPERATOR

HARBOUR = "/initiatives/harbour/phases"
PASSWORD = "lanterns on the pier"


@dataclass
class Machine:
    """A job of CI: it knows the address of the tracker and its token, and speaks HTTP."""

    url: str
    secret: str

    def ask(self, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of the answer to a GET, or to a POST of a body."""
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        try:
            with urlopen(Request(f"{self.url}/api/v1{path}", data, headers)) as answer:
                return answer.status, json.load(answer)
        except HTTPError as refusal:
            return refusal.code, json.load(refusal)

    def report(self, phase: str, slice: str, suite: str, outcome: str, **more: Any) -> int:
        """Tell what all gates of a suite did; the status of the answer."""
        body = {"slice": slice, "suite": suite, "outcome": outcome, **more}
        return self.ask(f"{HARBOUR}/{phase}/gate-runs", body)[0]


def bring(text: str) -> Phase:
    """Import a packet of the harbour; its phase."""
    reading = read_packet(text)
    assert reading.packet, reading.problems
    import_packet(actor=OPERATOR, reading=reading, initiative="harbour")
    return Phase.objects.get(initiative__slug="harbour", code=reading.packet.phase)


def started(phase: Phase, code: str) -> None:
    """The operator put this slice to work."""
    version = phase.slices.get(code=code).version
    move_slice(actor=OPERATOR, phase=phase, code=code, version=version, verb="start", note="")


def hire(name: str, *roles: str, member_of: str = "") -> None:
    """Somebody with a password, these roles, and memberships of the harbour's owners, separated by spaces."""
    memberships = [("harbour", handle) for handle in member_of.split()]
    add_person(actor=OPERATOR, username=name, roles=roles, memberships=memberships, password=PASSWORD)


def sign_in(page: Page, name: str) -> None:
    """Type name and password into the page that asks for them."""
    page.goto("/accounts/sign-in/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(bar(page)).to_contain_text(name)


def sign_out(page: Page) -> None:
    bar(page).locator("summary").last.click()
    bar(page).get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def bar(page: Page) -> Locator:
    """The part of every page's head that leads elsewhere."""
    return page.get_by_role("navigation", name="Tools and account")


def later(page: Page, script: bool) -> None:
    """What others did is on the page: by itself with script, else by loading it anew."""
    if not script:
        page.reload()


def visit(page: Page, name: str) -> None:
    """Go where the bar leads, by the name of a link in it; numbers may follow the name."""
    bar(page).get_by_role("link", name=name).filter(visible=True).first.click()


def follow(page: Page, name: str, *, within: Locator | None = None) -> None:
    """Click the first link with exactly this name, and be on another page."""
    before = page.url
    (within or page).get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_url(lambda url: url != before)


def press(page: Page, name: str) -> None:
    """Click the last visible button with exactly this name: forms stand below what unfolds them."""
    page.get_by_role("button", name=name, exact=True).last.click()


def unfold(page: Page | Locator, words: str) -> None:
    """Open the fold with exactly this name, if the address has not opened it already."""
    name = page.locator("summary").get_by_text(words, exact=True).first
    name.wait_for()
    whole = page if isinstance(page, Page) else page.page
    whole.wait_for_load_state()
    # The script that follows the address runs once more right after that.
    whole.wait_for_timeout(100)
    if page.locator("details[open] > summary").get_by_text(words, exact=True).count() == 0:
        name.click()


def told(page: Page, *words: str) -> None:
    """The page says all this as the answer to what was done."""
    for part in words:
        expect(page.get_by_role("status").filter(has_text=part).first).to_be_visible()


def refused(page: Page, *words: str) -> Locator:
    """The page says why not; the refusal."""
    answer = page.get_by_role("alert").filter(has_text=words[0]).first
    for part in words:
        expect(answer).to_contain_text(part)
    return answer


def recorded(code: str | None = None) -> list[str]:
    """Who did what, as the ledger has it, oldest first: of a slice, of phases (""), or all (None)."""
    entries = Event.objects.exclude(actor_kind="operator").exclude(verb="mention").order_by("pk")
    return [f"{one.actor} {one.verb}" for one in entries if code is None or one.slice == code]


def faults() -> list[str]:
    """What is wrong with the chains, and where a status does not follow from its entries."""
    return [fault for one in Initiative.objects.all() for fault in verify_ledger(initiative=one).faults]


def files_of(archive: Path) -> Mapping[str, str]:
    """The texts in a zip, by name."""
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name).decode() for name in opened.namelist()}
