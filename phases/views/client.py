"""The client for machines, to download: one file that runs gates and reports them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag, require_safe

from .base import public

SOURCE = Path(__file__).resolve().parents[1] / "client.py"


def version(request: HttpRequest) -> str:
    """Its ETag."""
    return f'"{sha256(SOURCE.read_bytes()).hexdigest()}"'


@public
@require_safe
@cache_control(no_cache=True)
@etag(version)
def download(request: HttpRequest) -> HttpResponse:
    """The file as it is, for `curl -O` and for reading; it holds no secret, so anybody may have it."""
    return HttpResponse(SOURCE.read_bytes(), content_type="text/x-python; charset=utf-8")
