"""What every resource of the API shares."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404
from django.test import RequestFactory
from django.urls import path
from django.urls.resolvers import RegexPattern, URLResolver
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from accounts.permissions import RESOURCES
from lib.api import problems
from lib.api.bodies import Body
from lib.api.checks import scopes_are_said
from lib.api.parsing import LARGEST_BODY
from lib.api.scopes import PUBLIC
from lib.api.views import ApiView
from lib.refusals import Refusal


class DoorClosed(Refusal):
    text = "The door is closed."


class MayNotEnter(Refusal):
    status = 403
    text = "You may not enter."


class Measures(Body):
    width = serializers.IntegerField()
    height = serializers.IntegerField(required=False)
    name = serializers.CharField(required=False)


class Echo(ApiView):
    """Answers what was sent."""

    scope = PUBLIC
    authentication_classes = ()

    def post(self, request):
        return Response(request.data)


def send(body: bytes, content_type: str = "application/json"):
    return Echo.as_view()(RequestFactory().post("/", body, content_type=content_type)).render()


# --- Bodies -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"a": "\\u00e7\\ud83d\\ude00"}', 200),
        ('{"a": "ç"}'.encode(), 200),
        (b"{", 400),
        (b'{"a": NaN}', 400),
        (b'{"a": Infinity}', 400),
        (b'{"a": "\\ud800"}', 400),
        (b'{"\\udfff": 1}', 400),
        (b'{"a": "\xff"}', 400),
        ('{"a": "x"}'.encode("utf-16"), 400),
        (b"[" * 100_000, 400),
        (b'{"a": ' + b"9" * 5_000 + b"}", 400),
        (b"\0", 400),
        (b'"' + b"x" * (LARGEST_BODY - 2) + b'"', 200),
        (b'"' + b"x" * (LARGEST_BODY - 1) + b'"', 413),
        (b'"' + b"x" * 5_000_000 + b'"', 413),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_body_is_json_that_can_be_answered_again(body, status):
    answer = send(body)
    assert answer.status_code == status
    if status != 200:
        assert json.loads(answer.content)["status"] == status
        assert answer["Content-Type"] == "application/problem+json"


def test_a_field_that_was_not_named_is_refused():
    written = Measures(data={"width": 1, "weight": 2, "": 3})
    assert not written.is_valid()
    assert set(written.errors) == {"weight", ""}


def test_text_is_no_number():
    assert Measures(data={"width": 1, "name": "0"}).is_valid()
    written = Measures(data={"width": 1, "name": 0})
    assert not written.is_valid()
    assert set(written.errors) == {"name"}


# --- Problems ---------------------------------------------------------------------------------------


def answer_to(error: Exception):
    return problems.handle(error, {})


def test_a_refusal_is_409_and_says_which_and_why():
    answer = answer_to(DoorClosed())
    assert answer.data == {
        "type": "urn:prosa:refusal:door_closed",
        "title": "Conflict",
        "status": 409,
        "detail": "The door is closed.",
    }
    assert answer.content_type == "application/problem+json"


def test_a_refusal_of_the_role_is_403():
    assert (answer_to(MayNotEnter()).status_code, answer_to(MayNotEnter()).data["status"]) == (403, 403)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Http404(), 404),
        (PermissionDenied(), 403),
        (exceptions.NotAuthenticated(), 401),
        (exceptions.ParseError(), 400),
        (exceptions.MethodNotAllowed("PUT"), 405),
        (exceptions.UnsupportedMediaType("text/plain"), 415),
        (exceptions.Throttled(3), 429),
    ],
)
def test_what_django_and_drf_raise_is_said_in_the_same_shape(error, status):
    answer = answer_to(error)
    assert answer.status_code == answer.data["status"] == status
    assert answer.data["type"] == "about:blank"
    assert isinstance(answer.data["detail"], str)


def test_whoever_is_too_fast_is_told_when():
    assert answer_to(exceptions.Throttled(2.1))["Retry-After"] == "3"


def test_an_error_of_ours_is_left_to_django():
    assert answer_to(RuntimeError("secret")) is None


def test_errors_stand_by_field_however_deep():
    error = exceptions.ValidationError(
        {"hours": [{"from": ["Late."]}, {}], "name": ["Short.", "Rude."], "body": ["Odd."]}
    )
    assert answer_to(error).data["errors"] == {
        "hours.from": ["Late."], "name": ["Short.", "Rude."], "body": ["Odd."],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("error", "errors"),
    [
        (ModelError({"password": ["Weak."]}), {"password": ["Weak."]}),
        (ModelError("Odd."), {"body": ["Odd."]}),
        (exceptions.ValidationError("Odd."), {"body": ["Odd."]}),
    ],
)
def test_what_a_model_refuses_is_400(error, errors):
    assert (answer_to(error).status_code, answer_to(error).data["errors"]) == (400, errors)


# --- Closed unless said otherwise ---------------------------------------------------------------------


class Forgotten(ApiView):
    def get(self, request): ...


class Mistyped(ApiView):
    scope = "user"


def resolver_of(*views) -> URLResolver:
    return URLResolver(RegexPattern(r"^/"), [path(view.__name__, view.as_view()) for view in views])


def test_a_view_that_does_not_say_for_whom_it_is_stops_the_start():
    found = scopes_are_said(frozenset(RESOURCES), resolver_of(Echo, Forgotten, Mistyped))
    assert [(error.id, error.msg.split()[0].rpartition(".")[2]) for error in found] == [
        ("api.E001", "Forgotten"), ("api.E001", "Mistyped"),
    ]  # fmt: skip


def test_all_of_ours_say_it():
    assert scopes_are_said(frozenset(RESOURCES)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("view", [Forgotten, Mistyped])
def test_and_it_opens_for_nobody(view):
    answer = view.as_view()(RequestFactory().get("/")).render()
    assert answer.status_code == 401
