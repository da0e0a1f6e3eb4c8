"""Every door of the running product, read from the code: what the table must have a row for.

A door is a name such as `GET /conversations/<int:pk>/older/`. The table writes these names by hand;
only the question which doors exist is answered here.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""Sent to every page; what a page does not take must be refused with 405 and change nothing."""

ADMIN_METHODS = ("GET", "POST")
"""Django's admin knows only these two: whatever is not a POST it reads as a GET."""


def paths() -> list[str]:
    """Return every path of the URL resolver in its own notation: pages, admin, API, health, metrics."""
    return sorted(set(_walk(get_resolver(), "/")))


def pages() -> list[str]:
    """Return the paths that people open in a browser: neither the admin nor the API."""
    return [path for path in paths() if not path.startswith(("/admin/", "/api/"))]


def admin_paths() -> list[str]:
    """Return the admin's own paths, autocomplete, jsi18n, histories and added pages included."""
    return [path for path in paths() if path.startswith("/admin/")]


def api_paths() -> list[str]:
    """Return the paths under /api/."""
    return [path for path in paths() if path.startswith("/api/")]


def admin_actions() -> list[str]:
    """Return `app.model.action` of every bulk action, `delete_selected` included where it is offered at all."""
    return sorted(
        f"{model._meta.label_lower}.{name}"
        for model, pages_of_model in admin.site._registry.items()
        for name in _actions(pages_of_model)
    )


def api_operations() -> list[tuple[str, str]]:
    """Return (method, path) of every operation of the OpenAPI document; none while there is no API."""
    if not any(path.startswith("/api/") for path in paths()):
        return []
    from drf_spectacular.generators import SchemaGenerator

    document = SchemaGenerator().get_schema(request=None, public=True)
    return sorted((method.upper(), path) for path, item in document["paths"].items() for method in item
                  if method.upper() in METHODS)  # fmt: skip


def sockets() -> list[str]:
    """Return the paths that take a WebSocket."""
    from inbox.routing import websocket_urlpatterns

    return [f"/{route.pattern}" for route in websocket_urlpatterns]


def outside_django() -> list[str]:
    """Return what config/asgi.py answers before Django: the receiver of Meta's deliveries."""
    from config import asgi

    return [asgi.WEBHOOK_PATH]


def doors() -> set[str]:
    """Return the name of every door: methods of paths, actions of the admin, sockets and what each may watch."""
    methods = {f"{method} {path}" for path in [*pages(), *outside_django()] for method in METHODS}
    methods |= {f"{method} {path}" for path in api_paths() for method in METHODS}
    methods |= {f"{method} {path}" for path in admin_paths() for method in ADMIN_METHODS}
    actions = {f"ACTION {name}" for name in admin_actions()}
    return methods | actions | {f"{verb} {path}" for path in sockets() for verb in ("CONNECT", "WATCH")}


def _walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        text = str(pattern.pattern)
        path = prefix + (simplify_regex(text).lstrip("/") if isinstance(pattern.pattern, RegexPattern) else text)
        if isinstance(pattern, URLPattern):
            yield path
        else:
            yield from _walk(pattern, path)


def _actions(pages_of_model: ModelAdmin) -> list[str]:
    return [name for _function, name, _text in pages_of_model._get_base_actions()]
