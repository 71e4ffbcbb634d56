"""Where a request comes from."""

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """The visitor's address; behind a trusted proxy the last one forwarded, which that proxy wrote itself."""
    direct: str = request.META.get("REMOTE_ADDR", "")
    if not settings.TRUST_PROXY:
        return direct
    forwarded: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return forwarded.rpartition(",")[2].strip() or direct
