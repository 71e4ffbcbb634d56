"""The health page, for load balancers and container engines."""

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from phases.middleware import RETRY_AFTER_S


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers one query, else 503; needs no sign-in and tells no details."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        body = {"status": "unavailable", "database": "does not answer"}
        return JsonResponse(body, status=503, headers={"Retry-After": str(RETRY_AFTER_S)})
    return JsonResponse({"status": "ok", "database": "ok"})
