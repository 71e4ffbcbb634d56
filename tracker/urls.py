"""The project's URLs: the administration, what machines ask for, and the application at the root."""

from django.contrib import admin
from django.urls import include, path

from phases.views import client
from tracker.health import healthz

urlpatterns = [
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("client.py", client.download, name="client"),
    path("api/v1/", include(("phases.api", "api"))),
    path("", include("phases.urls")),
]
handler400 = "phases.views.errors.bad_request"
handler403 = "phases.views.errors.permission_denied"
handler404 = "phases.views.errors.page_not_found"
# Reached where a middleware, not a view, met the error; views are covered by phases.middleware.
handler500 = "phases.middleware.server_error"
