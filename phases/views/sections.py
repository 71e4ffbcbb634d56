"""Which section of the bar a page belongs to."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve

SECTIONS = {
    "overview": "overview",
    "inbox": "inbox",
    "reviews": "reviews",
    "imports": "imports",
    "import": "imports",
    "tokens": "tokens",
    "token": "tokens",
    "find": "find",
    "keys": "keys",
}
"""By the beginning of the name of an address: `import-new` is of the imports."""


def section(request: HttpRequest) -> str:
    """That of the page, or of the page that asks for a part of itself; empty if none."""
    match = _around(request) if getattr(request, "htmx", None) else request.resolver_match
    name = match.url_name or "" if match else ""
    return SECTIONS.get(name.split("-")[0], "")


def _around(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(urlsplit(request.headers.get("HX-Current-URL", "")).path)
    except (Resolver404, ValueError):
        return None
