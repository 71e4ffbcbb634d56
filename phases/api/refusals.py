"""Every error of the API in its one shape: `{"error": {"code", "message", "fields"}}`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from phases.errors import ActionError, Conflict, Invalid, Refused
from phases.middleware import database_is_away, unavailable
from phases.shapes import error_json, leaves_json

from .doors import NO_SIGN_IN, CsrfRefused, Unauthenticated
from .throttling import Throttled

MALFORMED = "The body is not JSON, or not readable. Send one JSON object in UTF-8, as application/json."
TOO_LARGE = "The body is larger than this server takes. PACKET_MAX_BYTES sets the limit for packets."
TOO_LARGE_JSON = (
    "The body is larger than the {mib} MiB that this server takes. Of a log it keeps 256 KiB: "
    "shorten logs to that, or send the results in several reports. Attach large documents by their address."
)


def answer(
    status: int, code: str, message: str, *, headers: dict[str, str] | None = None, **more: Any
) -> HttpResponse:
    """An error; `more` goes into the error object."""
    return JsonResponse(error_json(code, message, **more), status=status, headers=headers)


def install(api: NinjaAPI) -> None:
    """Register the answer for each kind of exception."""
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        ActionError: _refusal,
        ValidationError: _invalid,
        HttpError: _http,
        AuthenticationError: lambda request, error: _unauthenticated(request, NO_SIGN_IN),
        Unauthenticated: lambda request, error: _unauthenticated(request, str(error)),
        CsrfRefused: lambda request, error: answer(403, "csrf", str(error)),
        Http404: lambda request, error: nothing_here(request),
        Throttled: _throttled,
        RequestDataTooBig: _too_large,
        UnreadablePostError: lambda request, error: answer(400, "malformed", MALFORMED),
        BadRequest: lambda request, error: answer(400, "malformed", MALFORMED),
        SuspiciousOperation: lambda request, error: answer(400, "malformed", MALFORMED),
        OperationalError: _database,
        InterfaceError: _database,
        Exception: _fault,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _refusal(request: HttpRequest, error: ActionError) -> HttpResponse:
    more: dict[str, Any] = {}
    if isinstance(error, Invalid):
        more["fields"] = error.fields
    if isinstance(error, Conflict):
        more["version"] = error.version
    if isinstance(error, Refused):
        more["unmet"] = leaves_json(error.unmet, **_place(request))
    return answer(error.status, error.code, str(error), **more)


def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    return answer(429, "throttled", str(error), headers={"Retry-After": str(error.seconds)})


def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    is_json = request.content_type in ("", "application/json")
    mib = settings.API_BODY_MAX_BYTES // 2**20
    return answer(413, "too_large", TOO_LARGE_JSON.format(mib=mib) if is_json else TOO_LARGE)


def _place(request: HttpRequest) -> dict[str, str]:
    """Initiative and phase of the request's URL: leaves are always those of its phase."""
    found = request.resolver_match.kwargs if request.resolver_match else {}
    return {name: str(found.get(name, "")) for name in ("initiative", "phase")}


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, str] = {}
    for problem in error.errors:
        # Of a body's place the first two parts are "body" and the name of our parameter.
        place = problem["loc"][2 if problem["loc"][0] == "body" else 1 :]
        name = ".".join(str(part) for part in place) or "body"
        fields.setdefault(name, _SENTENCES.get(str(problem["type"]), _said(str(problem["msg"]))))
    message = "; ".join(f"{name}: {sentence}" for name, sentence in fields.items())
    return answer(422, "invalid", message, fields=fields)


def _said(message: str) -> str:
    """Our own sentences come with the kind of error that they were raised as."""
    return message.removeprefix("Value error, ")


_SENTENCES = {
    "extra_forbidden": "This field is not known here; /api/v1/docs lists those that are.",
    "missing": "This field is needed.",
    "string_too_short": "This field is empty; it needs a text.",
}
"""What is said instead of the words of the validation library, by its type of error."""


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, RequestDataTooBig):
        return _too_large(request, error.__cause__)
    if error.status_code == 400:
        return answer(400, "malformed", MALFORMED)
    return answer(error.status_code, "refused", str(error))


def _unauthenticated(request: HttpRequest, message: str) -> HttpResponse:
    return answer(401, "unauthenticated", message, headers={"WWW-Authenticate": "Bearer"})


def _database(request: HttpRequest, error: Exception) -> HttpResponse:
    if database_is_away(error):
        return unavailable(request)
    raise error


def _fault(request: HttpRequest, error: Exception) -> HttpResponse:
    """Ninja would show a traceback under DEBUG; Django's own handling logs it and tells nothing."""
    raise error


def nothing_here(request: HttpRequest) -> HttpResponse:
    """404 for a path that the API does not have."""
    message = f"The API has nothing at {request.path}. /api/v1/docs lists what it has."
    return answer(404, "not_found", message)


def not_allowed(request: HttpRequest, allowed: list[str]) -> HttpResponse:
    """405 with the methods that this path takes."""
    message = f"{request.path} does not take {request.method}; it takes {', '.join(allowed)}."
    return answer(405, "method_not_allowed", message, headers={"Allow": ", ".join(allowed)})
