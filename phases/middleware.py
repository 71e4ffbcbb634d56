"""What holds for every request: sessions that end while others begin, and databases that are away.

A database that is away or too busy is answered with 503 and Retry-After, never with a 500.
"""

import sqlite3
import sys
from collections.abc import Callable

import structlog
from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.views.defaults import server_error as plain_server_error

RETRY_AFTER_S = 5
MESSAGE = "The database does not answer at the moment. Nothing was changed. Try again in a few seconds."
# SQLite raises the same exception for a lock as for a misspelt column; only these mean "away or busy".
SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)

FAULT = "A fault of the program stopped this. Nothing was changed; the log of the server says more."

log = structlog.get_logger(__name__)


def database_is_away(error: BaseException | None) -> bool:
    """Whether the error says that the database is away or too busy, rather than that a query is wrong."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        # The low byte is the primary code; the rest tells its variety.
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_AWAY
    return True


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After (seconds): the API's error shape under /api/, a page elsewhere."""
    headers = {"Retry-After": str(RETRY_AFTER_S), "Cache-Control": "no-store"}
    if request.path.startswith("/api/"):
        body = {"error": {"code": "unavailable", "message": MESSAGE, "fields": {}}}
        return JsonResponse(body, status=503, headers=headers)
    page = get_template("503.html").render({"message": MESSAGE})
    return HttpResponse(page, status=503, headers=headers)


class LastingSessionMiddleware(SessionMiddleware):
    """As Django's, but what only reads never takes a session's cookie away.

    A page that refreshes itself with an ended session may be answered after its person has signed in
    again, or after what they wrote was kept: the cookie that goes would be the new one.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Leave the cookie of an ended session where it is, unless the request was to change something."""
        session = getattr(request, "session", None)
        if request.method in ("GET", "HEAD") and session is not None and session.is_empty():
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return super().process_response(request, response)


class DatabaseAwayMiddleware:
    """Answers for views whose database call failed because the database is away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The 503 answer, or None to let the exception go its way."""
        if not database_is_away(exception):
            return None
        log.warning("database_away", path=request.path, error=str(exception))
        return unavailable(request)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler for uncaught errors, for those that rose in a middleware (saving the session, say)."""
    error = sys.exc_info()[1]
    if database_is_away(error):
        log.warning("database_away", path=request.path, error=str(error))
        return unavailable(request)
    if request.path.startswith("/api/"):
        body = {"error": {"code": "fault", "message": FAULT, "fields": {}}}
        return JsonResponse(body, status=500)
    return plain_server_error(request)
