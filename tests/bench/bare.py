"""The bare signed-in Django views that budgets are measured against."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.urls import include, path

from phases.models import Slice

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
"""What `startproject` writes."""

TABLE = engines["django"].from_string("""
<!doctype html><title>Slices</title><table>{% for row in rows %}
<tr><td>{{ row.code }}</td><td>{{ row.title }}</td><td>{{ row.status }}</td><td>{{ row.version }}</td>
<td>{{ row.objective }}</td></tr>{% endfor %}</table>
""")
ready = {"text": ""}
"""The string that the string view answers; the bench puts it there."""


@login_required
def table(request: HttpRequest, phase: int) -> HttpResponse:
    """One query, a table of its rows."""
    rows = Slice.objects.filter(phase_id=phase).order_by("position")
    return HttpResponse(TABLE.render({"rows": rows}, request))


@login_required
def string(request: HttpRequest) -> HttpResponse:
    """A ready string."""
    return HttpResponse(ready["text"])


@login_required
def update(request: HttpRequest, pk: int) -> HttpResponse:
    """One row updated."""
    Slice.objects.filter(pk=pk).update(branch=request.POST["branch"])
    return HttpResponse("{}", content_type="application/json")


def client() -> Client:
    """A client of the bare views: it meets only the middleware that `startproject` writes."""
    with override_settings(MIDDLEWARE=MIDDLEWARE):
        found = Client()
        found.handler.load_middleware()
    return found


urlpatterns = [
    path("", include("tracker.urls")),
    path("table/<int:phase>/", table),
    path("string/", string),
    path("update/<int:pk>/", update),
]
