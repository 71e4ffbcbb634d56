"""Pages for requests that no view answered: what happened, why, and what to do."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import requires_csrf_token
from django_htmx.http import HttpResponseClientRedirect

from phases.permissions import actor_for_user

from .base import error_page, signed_out, to_sign_in
from .kept import KEPT, give_back, keep, writer_of
from .sizes import size_of
from .uploads import MAX_BODY

ANOTHER_SIGN_IN = (
    "You have signed in again since this page was opened, so nothing was recorded. "
    "What you wrote is the draft below: look at it, and record it again."
)
TOKEN_IS_WRONG = ("CSRF token", "CSRF cookie")
"""How Django's reasons begin where the form came from a page of ours, and its token or cookie does not fit.

Those about another origin keep nothing: whoever sends a form from elsewhere would give a browser a new
session in place of its own.
"""

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 for a request that is larger than anything a form here sends."""
    if isinstance(exception, TOO_LARGE):
        return _answer(request, 413, "too_large", "Too large", _too_large(exception))
    if isinstance(exception, DisallowedHost):
        message = (
            "The tracker was reached under a name that it does not know. "
            "Whoever runs it can add that name to ALLOWED_HOSTS."
        )
    else:
        message = (
            "The request could not be understood, so nothing was changed. "
            "Go back, reload the page and try again."
        )
    return _answer(request, 400, "bad_request", "Not understood", message)


def _too_large(exception: Exception) -> str:
    if isinstance(exception, TooManyFilesSent):
        count = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        return (
            f"The request holds more than {count} files, so nothing of it was kept. "
            "Send them in several uploads."
        )
    form, files = (size_of(size) for size in (settings.DATA_UPLOAD_MAX_MEMORY_SIZE, MAX_BODY))
    return (
        f"The request is larger than what is read at once: {form} of form, {files} with files. "
        "Nothing of it was kept. Send fewer or smaller files."
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 raised below the views."""
    message = "You may see this and may not do that. Ask an admin of the tracker if you need to."
    return _answer(request, 403, "forbidden", "Not allowed", message)


def page_not_found(request: HttpRequest, exception: Http404) -> HttpResponse:
    """404 for an address that leads nowhere."""
    message = (
        "There is nothing at this address. The link may be old, or mistyped. "
        "Start from the overview and go on from there."
    )
    return _answer(request, 404, "not_found", "Not found", message)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 where a form was not sent from one of our own pages, or long after it was opened."""
    message = (
        "Nothing was changed, because this form no longer fits your session: you signed in or out in another "
        "tab since you opened it, or your browser keeps no cookies for this site. "
        "Go back, reload the page, and send it again."
    )
    kept = None
    if reason.startswith(TOKEN_IS_WRONG):
        kept = _back_with_draft(request) if request.user.is_authenticated else _kept_for_writer(request)
    if kept is None and getattr(request, "htmx", False) and not request.user.is_authenticated:
        return signed_out(request)
    return kept or _answer(request, 403, "csrf", "The form has expired", message)


def _back_with_draft(request: HttpRequest) -> HttpResponse | None:
    """To the page with what was written as its draft, if the form is of whoever is signed in again."""
    if writer_of(request) != request.user.get_username():
        return None
    home = keep(request)
    if not home:
        return None
    give_back(request)
    messages.warning(request, ANOTHER_SIGN_IN)
    is_htmx = bool(getattr(request, "htmx", False))
    return HttpResponseClientRedirect(home) if is_htmx else redirect(home)


def _kept_for_writer(request: HttpRequest) -> HttpResponse | None:
    """To sign in, where nobody is signed in any more and the page can be gone on with."""
    home = keep(request)
    if not home:
        return None
    messages.warning(request, KEPT)
    return to_sign_in(request, home)


def _answer(request: HttpRequest, status: int, code: str, heading: str, message: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"error": {"code": code, "message": message, "fields": {}}}, status=status)
    user = getattr(request, "user", None)
    if user is not None:
        actor = actor_for_user(user, anonymous_read=settings.ANONYMOUS_READ)
        request.actor = actor  # type: ignore[attr-defined]
    return error_page(request, status, heading, message)
