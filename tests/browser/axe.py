"""What axe finds on a page that has loaded: WCAG 2.2 AA and best practice."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
EVERYTHING = (*WCAG, "best-practice")


def barriers(page: Page, tags: tuple[str, ...] = EVERYTHING) -> list[str]:
    """Rule, place and remedy of everything that is found; empty for a page without barriers."""
    # A click does not wait for the style sheet of the page that it leads to.
    page.wait_for_load_state()
    asked = {"runOnly": list(tags), "resultTypes": ["violations"], "preload": False}
    return [
        f"{page.url}: {rule['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in Axe().run(page, options=asked).response["violations"]
        for node in rule["nodes"]
    ]
