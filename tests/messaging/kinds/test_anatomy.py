"""All kinds alike: the same parts in each module, and nothing they are given makes them raise."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging import context, kinds
from messaging.facts import MediaRef
from messaging.values import MAX_WORDS

ICONS = (Path(__file__).parents[3] / "static/icons.svg").read_text()
SENDABLE = [
    "text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "interactive",
    "template",
]  # fmt: skip
LEGACY = ["voice", "unknown", "ephemeral", "request_welcome", "hsm", "errors", "hologram", ""]
NOT_NAMES = [None, 7, True, 1.5, [], {}, ["text"], {"text": 1}]
KEYS = [
    "text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "button",
    "interactive", "order", "system", "edit", "revoke", "call", "template", "unsupported", "errors", "context",
    "referral", "type", "body", "caption", "id", "mime_type", "sha256", "filename", "voice", "animated",
    "latitude", "longitude", "name", "address", "url", "phones", "phone", "wa_id", "emails", "email", "addresses",
    "street", "city", "org", "company", "urls", "origin", "vcard", "formatted_name", "first_name", "birthday",
    "emoji", "message_id", "payload", "title", "description", "button_reply", "list_reply", "nfm_reply",
    "call_permission_reply", "payment_method", "product", "response", "response_json", "flow_token", "values",
    "expiration_timestamp", "is_permanent", "payment_timestamp", "reference_id", "last_four_digits", "catalog_id",
    "product_retailer_id", "product_items", "quantity", "item_price", "currency", "new_wa_id", "user_id",
    "previous_user_id", "customer", "from", "original_message_id", "message", "direction", "status", "duration",
    "start_time", "end_time", "components", "parameters", "language", "code", "error_data", "details",
    "forwarded", "frequently_forwarded", "referred_product", "source_url", "headline", "welcome_message",
]  # fmt: skip
WORDS = [
    "text", "image", "button_reply", "list_reply", "nfm_reply", "call_permission_reply", "payment_method", "product",
    "accept", "true", "contact_request", "user_changed_number", "COMPLETED", "https://x.example", "javascript:alert(1)",
    "http://[", "79.90", "NaN", "-inf", "1e999", "9" * 5000, "\x00", "\ud83d", "\u202egpj.exe",
    '{"a": [1, {"b": NaN}]}',
    "[" * 3000, '{"screen_0_Nome_1": "0_Sim"}', "FN:Bruno\nFN:", "B2VTm92Ob1i0othHcK/CppuQQncWC0ZQAz6OGFlRfpQ=",
]  # fmt: skip
SCALARS = (
    st.sampled_from(WORDS) | st.text(max_size=20) | st.none() | st.booleans() | st.integers() | st.just(10**4000)
    | st.floats()
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda deeper: st.lists(deeper, max_size=4) | st.dictionaries(st.sampled_from(KEYS), deeper, max_size=6),
    max_leaves=25,
)


@pytest.mark.parametrize("module", kinds.MODULES.values(), ids=kinds.MODULES)
def test_each_has_the_same_parts(module):
    assert kinds.of(module.NAME) is module
    assert module.LABEL and module.__doc__
    assert f'id="{module.ICON}"' in ICONS
    assert module.parse.__doc__ and module.words.__doc__
    assert hasattr(module, "payload") == (module.NAME in SENDABLE)


@pytest.mark.parametrize("name", LEGACY)
def test_what_is_retired_or_new_is_unsupported(name):
    assert kinds.of(name) is (kinds.audio if name == "voice" else kinds.unsupported)


@pytest.mark.parametrize("name", NOT_NAMES, ids=repr)
def test_what_is_no_name_is_unsupported(name):
    assert kinds.of(name) is kinds.unsupported


@pytest.mark.parametrize("name", kinds.MODULES)
@pytest.mark.parametrize("raw", [{}, None, [], "text", 7, [{}]], ids=repr)
def test_nothing_is_read_as_nothing(name, raw):
    content = kinds.read(name, raw)
    assert_declared(content)
    assert kinds.words(name, raw) == ""


@settings(max_examples=250, deadline=None)
@given(st.sampled_from([*kinds.MODULES, "voice", "hologram"]), JSON, JSON)
def test_it_never_raises_and_gives_what_it_declares(name, raw, inner):
    for given_raw in (raw, {name: raw, "type": name}, {name: {"type": "nfm_reply", "nfm_reply": inner}}):
        content = kinds.read(name, given_raw)
        assert_declared(content)
        said = kinds.of(name).words(content)
        assert type(said) is str
        assert "\x00" not in said
        said.encode()
        assert len(said) <= kinds.text.MAX_BODY if name in ("text", "edit") else len(said) <= MAX_WORDS
        assert_declared(kinds.call.parse_end(given_raw))


@settings(max_examples=150, deadline=None)
@given(JSON, JSON)
def test_the_parts_of_an_answer_may_be_anything(given_raw, inner):
    for form in ("button_reply", "list_reply", "nfm_reply", "call_permission_reply", "payment_method", "product"):
        for answer in (given_raw, {"id": inner, "title": inner, "response_json": inner, "name": "address_message"}):
            content = kinds.read("interactive", {"interactive": {"type": form, form: answer}})
            assert_declared(content)
            assert type(content.form) is str
            kinds.interactive.words(content).encode()


@settings(max_examples=100, deadline=None)
@given(JSON, JSON)
def test_the_context_never_raises(raw, inner):
    for given_raw in (raw, {"context": raw, "referral": inner}, {"context": {"referred_product": inner}}):
        assert_declared(context.read(given_raw))


def assert_declared(value):
    """Each field of a value is of the type that its class declares, and every text can be stored."""
    assert is_dataclass(value)
    hints = get_type_hints(type(value))
    for one in fields(value):
        assert_type(getattr(value, one.name), hints[one.name], f"{type(value).__name__}.{one.name}")


def assert_type(value, declared, where):
    if isinstance(declared, UnionType):
        allowed = [
            item for item in get_args(declared) if item in (str, int, type(None), MediaRef) or isinstance(item, type)
        ]
        assert type(value) in allowed, where
        if is_dataclass(value):
            assert_declared(value)
    elif get_origin(declared) is tuple:
        assert type(value) is tuple, where
        for item in value:
            assert_type(item, get_args(declared)[0], where)
    else:
        assert type(value) is declared, where
        if is_dataclass(value):
            assert_declared(value)
    if isinstance(value, str):
        assert "\x00" not in value, where
        value.encode()


def test_the_check_of_declared_types_can_fail():
    for wrong in (kinds.text.Text(body=7), kinds.order.Order((), "", 1.5, "", ""), kinds.text.Text("\x00")):
        with pytest.raises(AssertionError):
            assert_declared(wrong)
