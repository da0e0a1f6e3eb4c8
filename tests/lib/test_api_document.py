"""The OpenAPI document: made from the code, whole, and with examples that are true."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver
from jsonschema import Draft202012Validator
from rest_framework.views import APIView

from config.api import openapi
from lib.api.schema import PROBLEMS
from lib.api.scopes import PUBLIC

METHODS = {"get", "post", "put", "patch", "delete"}
PREFIX = "/api/v1/"


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in openapi()["paths"].items():
        for method in sorted(METHODS & item.keys()):
            yield method, path, item[method]


def routes(resolver: URLResolver | None = None, before: str = "/") -> Iterator[tuple[str, str, type[APIView]]]:
    """Every route of the resolver as (method, path of the document, view)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, path)
        elif isinstance(pattern, URLPattern) and path.startswith(PREFIX):
            view = pattern.callback.cls
            actions = getattr(pattern.callback, "actions", None)
            for method in actions or sorted(METHODS):
                if method in METHODS and (actions or hasattr(view, method)):
                    yield method, _written(path), view


def _written(path: str) -> str:
    """Turn Django's pattern into the document's."""
    path = path.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\.", ".")
    return re.sub(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", lambda match: f"{{{match[1] or match[2]}}}", path)


def shape(method: str, path: str) -> tuple[str, str]:
    """Forget how parameters are called: the document says `{id}` where the route says `{pk}`."""
    return method, re.sub(r"\{\w+\}", "{}", path)


def test_it_validates_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "openapi.yml"))


def test_every_route_is_documented_and_every_operation_is_routed():
    routed = {shape(method, path) for method, path, _view in routes()}
    documented = {shape(method, path) for method, path, _operation in operations()}
    assert len(routed) > 20
    assert routed == documented


def every(test):
    cases = list(operations())
    return pytest.mark.parametrize(
        ("method", "path", "operation"), cases, ids=[f"{method} {path}" for method, path, _operation in cases]
    )(test)


@every
def test_each_says_what_it_does(method, path, operation):
    assert operation["summary"].strip()
    assert operation["operationId"]


@every
def test_each_has_an_example_of_what_is_sent_and_of_what_comes_back(method, path, operation):
    """Whatever is JSON has an example, and the example keeps to its schema."""
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    bodies += [response for status, response in operation["responses"].items() if status[0] == "2"]
    for body in bodies:
        for kind, content in body.get("content", {}).items():
            if kind != "application/json":
                continue
            examples = content.get("examples") or {}
            assert examples, f"{method} {path} has no example"
            for example in examples.values():
                errors = Draft202012Validator(whole(content["schema"])).iter_errors(example["value"])
                assert [f"{error.json_path}: {error.message}" for error in errors] == []


@every
def test_each_names_the_problems_it_may_answer(method, path, operation):
    expected = {401, 403, 429}
    expected |= {404} if "{" in path else set()
    expected |= {400, 413, 415} if "requestBody" in operation else set()
    documented = {int(status) for status in operation["responses"]}
    assert expected <= documented
    for status in documented & PROBLEMS.keys():
        assert operation["responses"][str(status)] == {"$ref": f"#/components/responses/{PROBLEMS[status].name}"}


@every
def test_each_says_whether_it_needs_a_token(method, path, operation):
    view = next(view for verb, route, view in routes() if shape(verb, route) == shape(method, path))
    needed = operation.get("security", [])
    if view.scope == PUBLIC:
        assert needed in ([], [{}], [{"bearer": []}, {}])
    else:
        assert needed == [{"bearer": []}]


def test_examples_of_problems_keep_to_their_schema():
    components = openapi()["components"]
    for response in components["responses"].values():
        content = response["content"]["application/problem+json"]
        assert list(Draft202012Validator(whole(content["schema"])).iter_errors(content["example"])) == []


def test_bodies_take_no_other_fields():
    for method, path, operation in operations():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            name = content["schema"]["$ref"].rpartition("/")[2]
            schema = openapi()["components"]["schemas"][name]
            assert schema["additionalProperties"] is False, f"{method} {path}"


def whole(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with the document's components beside it, so that its references lead somewhere."""
    return {**schema, "components": openapi()["components"]}


# --- Who may read it --------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/"])
def test_people_who_are_signed_in_read_it(client, signed_in, owner, path):
    assert client.get(path).status_code == 302
    assert signed_in(owner).get(path).status_code == 200


@pytest.mark.django_db
def test_it_is_openapi_3_1(signed_in, owner):
    document = signed_in(owner).get("/api/schema/").json()
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"] == openapi()["components"]["securitySchemes"]


@pytest.mark.django_db
def test_the_page_loads_nothing_from_elsewhere(signed_in, owner):
    page = signed_in(owner).get("/api/docs/").text
    assert set(re.findall(r'(?:src|href)="(\w+:)?//', page)) == set()
    assert "<style" not in page and " style=" not in page
