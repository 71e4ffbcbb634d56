"""What every view shares: who may call it, page or fragment, and the pages of refusals.

A view is marked with `@page(verb)`, `@action(verb)` or `@public`; a test walks the URLconf and
fails on a view without a mark. The mark is readable as `view.permission` and `view.kind`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_template
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from phases.errors import Forbidden, NotFound
from phases.permissions import NOBODY, VERBS, Actor, actor_for_user
from tracker.hiding import without_tokens

from .kept import KEPT, keep

P = ParamSpec("P")
SIGNED_OUT = "You were signed out, so nothing of what you sent was saved. Sign in, and send it again."


class Request(HttpRequest):
    """A request as the marked views get it."""

    actor: Actor
    htmx: HtmxDetails


View = Callable[Concatenate[Request, P], HttpResponse]
Marked = Callable[Concatenate[HttpRequest, P], HttpResponse]


def page(verb: str) -> Callable[[View[P]], Marked[P]]:
    """Mark a view that only reads: GET and HEAD, for actors that may `verb`."""
    return _marked("page", verb, ("GET", "HEAD"))


def action(verb: str) -> Callable[[View[P]], Marked[P]]:
    """Mark a view that writes: POST only, for actors that may `verb`."""
    return _marked("action", verb, ("POST",))


def public(view: Marked[P]) -> Marked[P]:
    """Mark a view that everybody may call; it guards its own methods."""
    return _mark(view, "public", "")


def _marked(kind: str, verb: str, methods: tuple[str, ...]) -> Callable[[View[P]], Marked[P]]:
    def decorate(view: View[P]) -> Marked[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method not in methods:
                return wrong_method(request, methods)
            ours = cast(Request, request)
            ours.actor = actor_for_user(request.user, anonymous_read=settings.ANONYMOUS_READ)
            if not ours.actor.may(verb):
                return _not_allowed(ours, verb)
            try:
                return view(ours, *args, **kwargs)
            except NotFound as error:
                return error_page(request, 404, "Not found", str(error))
            except Forbidden as error:
                return error_page(request, 403, "Not allowed", str(error))

        return _mark(guarded, kind, verb)

    return decorate


def _mark(view: Marked[P], kind: str, verb: str) -> Marked[P]:
    view.kind, view.permission = kind, verb  # type: ignore[attr-defined]
    return view


def wrong_method(request: HttpRequest, methods: tuple[str, ...]) -> HttpResponse:
    """405 as a page: whoever typed the address of a verb sees what it is."""
    message = "This address takes what a form sends; it is no page to open. Go back and use the button."
    response = error_page(request, 405, "This is not a page", message)
    response["Allow"] = ", ".join(methods)
    return response


def _not_allowed(request: Request, verb: str) -> HttpResponse:
    if request.user.is_authenticated:
        roles = " or ".join(VERBS[verb].roles)
        message = f"You may not {VERBS[verb].does}. This needs the role {roles}."
        return error_page(request, 403, "Not allowed", message)
    if request.htmx and "If-None-Match" in request.headers:
        # Nobody asked: a region refreshes itself, and somebody may be writing in it.
        return HttpResponse("Sign in again.", status=401, content_type="text/plain")
    home = keep(request) if request.method == "POST" else ""
    if request.method == "POST":
        messages.warning(request, KEPT if home else SIGNED_OUT)
    if request.htmx and request.method == "POST" and not home:
        return signed_out(request)
    if request.htmx:
        return to_sign_in(request, home or request.htmx.current_url_abs_path or "/")
    back = request.get_full_path() if request.method in ("GET", "HEAD") else home or _came_from(request)
    return to_sign_in(request, back)


def signed_out(request: HttpRequest) -> HttpResponse:
    """401 to what a script sent: it leads to sign in, unless the page holds what is kept nowhere else."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    answer = to_sign_in(request, htmx.current_url_abs_path or "/")
    answer.status_code = 401
    return answer


def to_sign_in(request: HttpRequest, back: str) -> HttpResponse:
    """To the page for signing in, from which it goes on to the address `back` of ours."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")
    return redirect_to_login(back, resolve_url(settings.LOGIN_URL))


def _came_from(request: HttpRequest) -> str:
    """The page of ours that the form stood on, where the browser tells."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        return "/"
    return urlsplit(page).path or "/"


def render(
    request: HttpRequest, template: str, region: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """The whole page, or for htmx the fragment `region` of the template that owns it.

    `region` is a constant of the view, never a word of the request; an empty one means that the
    page has no region of its own. A fragment carries the `etag` of its context, and knows that it is
    `alone`, without the page around it.
    """
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    alone = bool(region and htmx and not htmx.boosted and not htmx.history_restore_request)
    template = f"{template}#{region}" if alone else template
    response = render_template(
        request, template, {**surroundings(request), "alone": alone, **context}, status=status
    )
    if alone and "etag" in context:
        response["ETag"] = context["etag"]
    patch_vary_headers(response, ["HX-Request"])
    patch_cache_control(response, private=True, no_cache=True)
    return response


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """What `base.html` needs on every page."""
    actor: Actor = getattr(request, "actor", NOBODY)
    return {
        "actor": actor,
        "may_review": actor.may("review"),
        "may_import": actor.may("import"),
        "may_administer": actor.may("administer"),
        "demo": settings.DEMO,
    }


def error_page(request: HttpRequest, status: int, heading: str, message: str) -> HttpResponse:
    """A refusal as a page of its own, with what happened and where to go on."""
    # Somebody may have put a token into the address by mistake.
    address = without_tokens(request.path)
    context = {"heading": heading, "message": message, "status": status, "address": address}
    return render(request, "error.html", "", context, status)
