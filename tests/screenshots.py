"""`make screenshots`: a picture of every page of the demo, in both themes, on a laptop and on a telephone.

``python -m tests.screenshots`` plays the demo into a database of its own, serves it on a free port, and
writes the pictures and an `index.html` that shows all into `screenshots/`, and those of README into `docs/`.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from tests.postgres import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "screenshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
THEMES = ("light", "dark")
SIZES: Mapping[int, int] = {1440: 900, 390: 844}
"""Width and height of the laptop and of the telephone, in CSS pixels."""

START_LIMIT_S = 30
OF_README = "/initiatives/open-shelves/phases/B/"
SIGN_IN = "/accounts/sign-in/"
SHEET = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Pages of the demo</title>
<style>body {{ font: 14px system-ui; margin: 2rem; }}
img {{ height: 20rem; max-width: 32rem; border: 1px solid; object-fit: cover; object-position: top; }}</style>
<h1>Pages of the demo</h1>
{sections}
</html>
"""


def main() -> int:
    """Exit code 1 where there is no browser, with a sentence that says so."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        sys.stderr.write(
            f"Pictures need Chromium, and none of {', '.join(BROWSERS)} is on PATH: install it.\n"
        )
        return 1
    with tempfile.TemporaryDirectory(prefix="tracker-pictures-") as folder:
        pages = play(Path(folder))
        with served() as base:
            take(path, base, pages)
    sys.stdout.write(f"{FOLDER.relative_to(ROOT)}/index.html shows {len(pages) * 4} pictures.\n")
    return 0


def play(folder: Path) -> list[tuple[str, str]]:
    """Set the demo up in a database in `folder`, through the real importer; names and paths of its pages."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "ENV_FILE": os.devnull,
        "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "LOG_LEVEL": "ERROR",
        **dict.fromkeys(("DEMO", "DEBUG", "INSECURE_HTTP"), "1"),
        **dict.fromkeys(("ADMIN_USERNAME", "ALLOWED_HOSTS"), ""),
    }
    manage("migrate", "--no-input", "--verbosity", "0")
    manage("demo")
    import django

    django.setup()
    from tests.browser.pages import addresses

    return list(addresses())


def manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def served() -> Iterator[str]:
    """The address of a server that lives as long as the block."""
    port = free_port()
    command = [sys.executable, "manage.py", "runserver", "--noreload", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}"
        wait_for(base, server)
        yield base
    finally:
        server.terminate()
        server.wait()


def wait_for(base: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        try:
            with urlopen(f"{base}/healthz"):
                return
        except URLError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The demo's server did not answer within {START_LIMIT_S} s.") from None
            time.sleep(0.2)


def take(path: str, base: str, pages: list[tuple[str, str]]) -> None:
    """Write all pictures, the sheet that shows them, and those of README."""
    from playwright.sync_api import sync_playwright

    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for theme in THEMES:
            for width in SIZES:
                with signed_in(browser, base, "admin", theme, width) as page:
                    for number, (_, address) in enumerate(pages):
                        shoot(page, address, FOLDER / picture(number, theme, width))
            with signed_in(browser, base, "lead", theme, 1440) as page:
                shoot(
                    page, "/initiatives/open-shelves/phases/B/", ROOT / f"docs/phase-{theme}.png", whole=False
                )
        browser.close()
    (FOLDER / "index.html").write_text(sheet(pages), encoding="utf-8")


@contextmanager
def signed_in(browser: Browser, base: str, name: str, theme: str, width: int) -> Iterator[Page]:
    """A page of somebody of the demo, as wide and as bright as asked for."""
    context = browser.new_context(
        base_url=base,
        color_scheme="dark" if theme == "dark" else "light",
        viewport={"width": width, "height": SIZES[width]},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(SIGN_IN)
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(f"{base}/")
    yield page
    context.close()


def shoot(page: Page, address: str, place: Path, *, whole: bool = True) -> None:
    page.goto(address, wait_until="networkidle")
    page.screenshot(path=place, full_page=whole)


def picture(number: int, theme: str, width: int) -> str:
    return f"{number:02}-{theme}-{width}.png"


def sheet(pages: list[tuple[str, str]]) -> str:
    """The contact sheet: a row for each page."""
    return SHEET.format(sections="\n".join(_row(number, *page) for number, page in enumerate(pages)))


def _row(number: int, name: str, address: str) -> str:
    alt = escape(address)
    files = [picture(number, theme, width) for theme in THEMES for width in SIZES]
    shown = " ".join(f'<a href="{one}"><img src="{one}" alt="{alt}" loading="lazy"></a>' for one in files)
    return f"<h2>{escape(name)} <code>{alt}</code></h2>{shown}"


if __name__ == "__main__":
    sys.exit(main())
