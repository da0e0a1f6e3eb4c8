"""Refuse to start with a view of the API that does not say for whom it is open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from lib.api.scopes import PEOPLE, PUBLIC, SIGNED_IN


def scopes_are_said(known: frozenset[str], resolver: URLResolver | None = None) -> list[CheckMessage]:
    """Return an error for each DRF view of the resolver whose `scope` is missing or not one of `known`."""
    known |= {PUBLIC, SIGNED_IN, PEOPLE}
    return [
        Error(
            f"{view.__module__}.{view.__qualname__} names no scope.",
            hint=f"One of {', '.join(sorted(known))}.",
            id="api.E001",
        )
        for view in sorted(set(_views(resolver or get_resolver())), key=lambda view: view.__qualname__)
        if getattr(view, "scope", None) not in known
    ]


def _views(resolver: URLResolver) -> Iterator[type[APIView]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _views(pattern)
        elif isinstance(pattern, URLPattern):
            view: Any = getattr(pattern.callback, "cls", None)
            if isinstance(view, type) and issubclass(view, APIView):
                yield view
