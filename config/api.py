"""Every address of the API, its OpenAPI document, and the page that shows it."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import include, path, re_path
from django.utils import translation
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from rest_framework.routers import SimpleRouter

from accounts import api as accounts
from inbox import api as inbox
from lib.api.views import NoSuchAddress
from messaging import api as messaging
from numbers import api as numbers
from teams import api as teams

router = SimpleRouter(trailing_slash=False)
router.register("users", accounts.UserViewSet, basename="user")
router.register("tokens", accounts.TokenViewSet, basename="token")
router.register("teams", teams.TeamViewSet, basename="team")
router.register(r"teams/(?P<team_id>[0-9]{1,18})/members", teams.MemberViewSet, basename="member")
router.register("numbers", numbers.NumberViewSet, basename="number")
router.register("waba-accounts", numbers.AccountViewSet, basename="account")
router.register("contacts", inbox.ContactViewSet, basename="contact")
router.register("conversations", inbox.ConversationViewSet, basename="conversation")
router.register(
    r"conversations/(?P<conversation_id>[0-9]{1,18})/messages",
    inbox.ConversationMessageViewSet,
    basename="conversation-message",
)
router.register(
    r"conversations/(?P<conversation_id>[0-9]{1,18})/scheduled-messages",
    inbox.ScheduledMessageViewSet,
    basename="scheduled-message",
)
router.register("messages", inbox.MessageViewSet, basename="message")
router.register("media", inbox.MediaViewSet, basename="media")
router.register("templates", messaging.TemplateViewSet, basename="template")

routes = [
    path("auth/login", accounts.Login.as_view(), name="login"),
    path("auth/refresh", accounts.Refresh.as_view(), name="refresh"),
    path("auth/logout", accounts.Logout.as_view(), name="logout"),
    path("users/me", accounts.Me.as_view(), name="me"),
    path("messages/template", inbox.SendTemplate.as_view(), name="message-template"),
    *router.urls,
]


@require_GET
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, the same for everybody who is signed in."""
    return JsonResponse(openapi(), json_dumps_params={"ensure_ascii": False})


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document to read and to try, shown by Swagger UI."""
    return render(request, "api/docs.html")


_generating = Lock()


def openapi() -> dict[str, Any]:
    """Return the OpenAPI document: made once in a process, from the code, in English whoever asks first."""
    # The generator keeps what it has found in globals: two at once trip over each other.
    with _generating:
        return _openapi()


@cache
def _openapi() -> dict[str, Any]:
    with translation.override("en"):
        return SchemaGenerator().get_schema(request=None, public=True)


urlpatterns = [
    path("v1/", include((routes, "api"))),
    path("schema/", schema, name="openapi"),
    path("docs/", docs, name="api-docs"),
    re_path("", NoSuchAddress.as_view()),
]
