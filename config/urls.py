"""Every address of the product; the webhook and the socket are in config/asgi.py."""

from django.contrib import admin
from django.urls import include, path

from config import health
from config.metrics import metrics

handler500 = "config.errors.server_error"

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", metrics),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("inbox.urls")),
]
