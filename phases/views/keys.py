"""The page that lists the keys, for browsers without script and for links."""

from __future__ import annotations

from django.http import HttpResponse

from .base import Request, page, render


@page("see")
def show(request: Request) -> HttpResponse:
    """All keys, whichever page they work on."""
    return render(request, "keys.html", "", {})
