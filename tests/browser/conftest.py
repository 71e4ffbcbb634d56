"""Fixtures for tests that drive a browser: the system's Chromium, and no error in its console.

`browser_as(person)` opens a page of its own, signed in as that person (None: not signed in), with paths
relative to the live server: `browser_as(lead).goto("/")`. Two calls are two browsers.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, WebError

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Refusals that the application answers by design; the console reports each of them as a failed load.
EXPECTED_STATUSES = (409, 422)
# Also what a policy only reports, and what a page hides from its console, is told there.
TELLS_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy violated: ${event.violatedDirective} by ${event.blockedURI} in ${event.sourceFile}`);
});
"""
FAILED_LOAD = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium, which can reach no machine but this one; a skip where there is none."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        reason = f"no browser on this machine: looked for {', '.join(BROWSERS)} on PATH"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"REQUIRE_BROWSER=1, but {reason}")
        pytest.skip(reason)
    only_here = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
    return {"executable_path": path, "args": ["--no-sandbox", "--disable-dev-shm-usage", only_here]}


@pytest.fixture(scope="session", autouse=True)
def _database_beside_event_loop(django_db_setup: None) -> Iterator[None]:
    """Playwright keeps an event loop in this thread, beside which Django refuses its database by default."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def base_url(live_server: Any) -> str:
    """Where the pages of this test live, for `page.goto("/")`."""
    return str(live_server.url)


@pytest.fixture
def browser_context_args(base_url: str) -> dict[str, Any]:
    """A laptop's screen, with paths relative to the live server."""
    return {"base_url": base_url, "viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def console_errors() -> list[str]:
    """What the pages reported so far; a test that provokes an error looks at it and takes it out."""
    return []


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], console_errors: list[str], request: pytest.FixtureRequest
) -> Iterator[Callable[..., BrowserContext]]:
    """As playwright's, but what any page's console reports as an error fails the test at its end."""
    marker = request.node.get_closest_marker("statuses")
    expected = (*EXPECTED_STATUSES, *(marker.args if marker else ()))

    def on_console(message: ConsoleMessage) -> None:
        failed = FAILED_LOAD.match(message.text)
        url = str(message.location.get("url", ""))
        # The administration's pages name no icon, so the browser guesses.
        harmless = failed and (int(failed[1]) in expected or url.endswith("/favicon.ico"))
        # Whoever goes to another page leaves behind the refresh that was on its way.
        harmless = harmless or message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
        if message.type == "error" and not harmless:
            console_errors.append(f"{message.text} ({url})")

    def on_error(error: WebError) -> None:
        console_errors.append(f"uncaught: {error.error}")

    def opened(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.add_init_script(TELLS_VIOLATIONS)
        context.on("console", on_console)
        context.on("weberror", on_error)
        return context

    yield opened
    assert not console_errors, "the browser's console reported: " + "; ".join(console_errors)


@pytest.fixture
def browser_as(new_context: Callable[..., BrowserContext], base_url: str) -> Callable[[User | None], Page]:
    """A function that opens a page in a browser of its own, signed in as the person given."""

    def opened(person: User | None = None, **options: Any) -> Page:
        context = new_context(**options)
        if person is not None:
            client = Client()
            client.force_login(person)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base_url}])
        return context.new_page()

    return opened


@pytest.fixture
def quick(browser_as: Callable[..., Page], settings: Any) -> Callable[..., Page]:
    """As `browser_as`, with pages that refresh themselves twice a second."""
    settings.REFRESH_SECONDS = 0.5
    return browser_as


@pytest.fixture
def demo(transactional_db: None, settings: Any) -> User:
    """The demo, played to its end, and its admin."""
    settings.DEMO = True
    call_command("demo")
    return User.objects.get(username="admin")
