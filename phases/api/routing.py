"""How operations are declared and mounted: one verb of the permission table for each method of a path."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page
from ninja import NinjaAPI

from phases.views.base import public

from .doors import doors
from .refusals import not_allowed, nothing_here
from .responses import ErrorAnswer

PUBLIC = ""
"""The verb of operations that need nobody to be signed in."""

REFUSALS = (400, 401, 403, 404, 409, 413, 422, 429, 503)
View = Callable[..., HttpResponse]

_verbs: dict[str, dict[str, str]] = {}
"""By route as Django writes it: method -> verb."""
_queries: dict[str, frozenset[str]] = {}
"""By route what the query of a GET may name."""
_documented: dict[tuple[str, str], str] = {}
"""By method and path as the OpenAPI document writes it, without the API's own prefix."""


def operation(
    api: NinjaAPI, method: str, where: str, *, summary: str, verb: str, answers: dict[int, Any], **more: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an operation: its verb guards it, and its refusals are part of its description.

    `summary` names it in a few words of a sentence: `List the findings of a slice`.
    """
    # Django's converters are ninja's too: /concerns/{int:concern} is concerns/<int:concern>.
    route = where.lstrip("/").replace("{", "<").replace("}", ">")
    _verbs.setdefault(route, {})[method] = verb
    _documented[method, re.sub(r"{\w+:", "{", where)] = verb
    declare = api.api_operation(
        [method],
        where,
        auth=doors(verb) if verb else None,
        response=dict.fromkeys(REFUSALS, ErrorAnswer) | answers,
        by_alias=True,
        summary=summary,
        **more,
    )

    def declared(view: Callable[..., Any]) -> Callable[..., Any]:
        if method == "GET":
            inside = {"request", "response", *re.findall(r"{(?:\w+:)?(\w+)}", where)}
            _queries[route] = frozenset(inspect.signature(view).parameters) - inside
        found: Callable[..., Any] = declare(view)
        return found

    return declared


def mounted(api: NinjaAPI, docs: View, openapi: View) -> list[URLPattern]:
    """The URLs of the API, each marked with its verbs as `permission`, by method."""
    urls, _, _ = api.urls
    routes: dict[str, URLPattern] = {}
    for found in urls:
        if isinstance(found, URLPattern):
            routes.setdefault(str(found.pattern), found)
    patterns = [
        path(route, _guarded(found.callback, _verbs[route], _queries.get(route)), name=found.name)
        for route, found in routes.items()
        if route in _verbs
    ]
    return [
        *patterns,
        path("openapi.json", _guarded(openapi, {"GET": PUBLIC}), name="openapi-json"),
        path("docs", docs, name="docs"),
        path("", unknown, name="api-root"),
        re_path(r"", unknown),
    ]


def verb_of(method: str, where: str) -> str:
    """The verb of an operation by its method and its path in the OpenAPI document."""
    return next(verb for (m, path), verb in _documented.items() if m == method and where.endswith(path))


@public
@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    """Whatever path no operation has."""
    return nothing_here(request)


def _guarded(view: Callable[..., Any], verbs: dict[str, str], queries: frozenset[str] | None = None) -> View:
    """What ninja leaves to us: HEAD, 405 in our shape, ETag, and texts that no database can hold.

    `queries` are the names that the query of a GET may have, which the doors look at; None for any.
    """
    conditional: View = conditional_page(view)

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, /, **kwargs: Any) -> HttpResponse:
        method = request.method
        asked = "GET" if method == "HEAD" else method
        if asked not in verbs:
            allowed = sorted({*verbs, *(["HEAD"] if "GET" in verbs else [])})
            return not_allowed(request, allowed)
        if any("\0" in str(value) for value in kwargs.values()):
            return nothing_here(request)
        request.method = asked
        if asked == "GET":
            # It guards writes; Django would answer 412, which no operation here has.
            request.META.pop("HTTP_IF_MATCH", None)
            request.query_names = queries  # type: ignore[attr-defined]
        try:
            response = conditional(request, **kwargs)
        except Http404:
            return nothing_here(request)
        finally:
            # The server leaves out the body by it.
            request.method = method
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response

    guarded.kind, guarded.permission = "api", dict(verbs)  # type: ignore[attr-defined]
    return guarded
