"""Every address of the product; the webhook and the socket are in config/asgi.py."""

from django.contrib import admin
from django.urls import include, path

from config import health, public
from config.metrics import metrics

handler500 = "config.errors.server_error"

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", metrics),
    path("robots.txt", public.robots),
    path(".well-known/security.txt", public.security),
    path("admin/", admin.site.urls),
    path("api/", include("config.api")),
    path("", include("accounts.urls")),
    path("numbers/", include("numbers.urls")),
    path("campaigns/", include("campaigns.urls")),
    path("templates/", include("messaging.urls")),
    path("", include("inbox.urls")),
]
