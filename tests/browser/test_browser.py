"""The browser tests' own tools: they see what they promise to see."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_signed_in_page_is_the_persons_own(browser_as):
    person = User.objects.create_superuser("ann", password="made-up")
    page = browser_as(person)
    page.goto("/admin/")
    expect(page.locator("#user-tools")).to_contain_text("ann")


def test_two_pages_are_two_browsers(browser_as):
    signed_in = browser_as(User.objects.create_superuser("ann", password="made-up"))
    stranger = browser_as(None)
    signed_in.goto("/admin/")
    stranger.goto("/admin/")
    assert "/admin/login/" in stranger.url
    assert signed_in.url.endswith("/admin/")


def test_static_files_are_served_with_styles_applied(page):
    page.goto("/admin/login/")
    assert page.evaluate("document.styleSheets.length") > 0


def test_injected_script_is_refused_by_the_policy_and_noticed(page, console_errors):
    page.goto("/healthz")
    page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = "document.title = 'owned'";
            document.body.append(script);
        }"""
    )
    assert page.title() != "owned"
    policy, report = sorted(console_errors)
    assert "Content Security Policy" in policy
    assert "policy violated: script-src-elem by inline" in report
    console_errors.clear()


def test_failed_load_is_noticed(page, console_errors):
    page.goto("/no-such-page")
    assert "status of 404" in console_errors.pop()


@pytest.mark.statuses(404)
def test_failed_load_may_be_announced(page, console_errors):
    page.goto("/no-such-page")
    assert not console_errors
