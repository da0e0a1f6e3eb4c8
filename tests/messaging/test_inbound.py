"""Reading deliveries: every kind, every oddity, and never an exception."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging import kinds
from messaging.facts import Amendment, MessageFact, Parsed, StatusUpdate, path
from messaging.fields import READERS
from messaging.inbound import parse
from numbers.news import AccountProblem
from tests.deliveries import NUMBER_ID, Reported, Wrote, body, change, delivery

AT = 1_793_624_130
KINDS = {
    "image": {"id": "1", "mime_type": "image/jpeg", "caption": "Veja"},
    "video": {"id": "1", "mime_type": "video/mp4"},
    "audio": {"id": "1", "voice": True},
    "document": {"id": "1", "filename": "nota.pdf"},
    "sticker": {"id": "1", "animated": False},
    "location": {"latitude": -23.5, "longitude": -46.6},
    "contacts": [{"name": {"formatted_name": "Bruno"}}],
    "button": {"text": "Sim", "payload": "yes"},
    "interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "Sim"}},
    "order": {"product_items": []},
    "system": {"body": "changed number", "wa_id": "5511987650002", "type": "user_changed_number"},
    "unsupported": {"type": "edit"},
    "hologram": {"id": "1"},
}


def only(raw: bytes):
    """The one fact of a delivery that holds nothing else."""
    parsed = parse(raw)
    assert (parsed.kept, parsed.poison) == ([], [])
    (fact,) = parsed.facts
    return fact


def with_item(**changes) -> bytes:
    made = change(NUMBER_ID, Wrote("wamid.1", at=AT, phone="5511987650001", bsuid="BR.1", name="Ana"))
    made["value"]["messages"][0] |= changes
    return body(made)


def test_it_reads_a_text():
    wrote = Wrote("wamid.1", at=AT, text="Oi", phone="5511987650001", bsuid="BR.1", name=" Ana ", username="@ana")
    fact = only(delivery(wrote))
    assert isinstance(fact, MessageFact)
    assert (fact.wamid, fact.kind, fact.text) == ("wamid.1", "text", "Oi")
    assert fact.phone_number_id == NUMBER_ID
    assert fact.sent_at == datetime.fromtimestamp(AT, UTC)
    assert (fact.customer.phone, fact.customer.bsuid) == ("5511987650001", "BR.1")
    assert (fact.customer.name, fact.customer.username) == ("Ana", "ana")
    assert fact.raw["text"] == {"body": "Oi"}


def test_it_reads_what_is_quoted():
    assert only(delivery(Wrote("wamid.1", at=AT, phone="55119", quoting="wamid.0"))).quoted_wamid == "wamid.0"


@pytest.mark.parametrize("kind", KINDS)
def test_it_keeps_every_kind_as_a_message(kind: str):
    fact = only(delivery(Wrote("wamid.1", at=AT, phone="5511987650001", kind=kind, content=KINDS[kind])))
    assert (fact.kind, fact.text) == (kind, kinds.words(kind, fact.raw))
    assert fact.raw[kind] == KINDS[kind]


AMENDMENTS = {
    "reaction": ({"message_id": "wamid.0", "emoji": "👍"}, "👍"),
    "edit": ({"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "Novo"}}}, "Novo"),
    "revoke": ({"original_message_id": "wamid.0"}, ""),
}


@pytest.mark.parametrize("kind", AMENDMENTS)
def test_what_is_said_about_a_message_is_no_message(kind: str):
    content, words = AMENDMENTS[kind]
    fact = only(delivery(Wrote("wamid.1", at=AT, phone="5511987650001", kind=kind, content=content)))
    assert isinstance(fact, Amendment)
    assert (fact.kind, fact.target_wamid, fact.text, fact.is_ours) == (kind, "wamid.0", words, False)


def test_a_phone_shared_on_request_is_the_senders_own():
    card = {"phones": [{"phone": "+55 11 98765-0001", "wa_id": "5511987650001"}], "origin": "contact_request"}
    wrote = Wrote("wamid.1", at=AT, bsuid="BR.1", kind="contacts", content=[card])
    assert only(delivery(wrote)).customer.phone == "5511987650001"
    other = Wrote("wamid.1", at=AT, bsuid="BR.1", kind="contacts", content=[card | {"origin": "other"}])
    assert only(delivery(other)).customer.phone == ""


def test_a_changed_number_names_the_customer_as_they_were():
    item = {"id": "wamid.1", "timestamp": str(AT), "type": "system"}
    moved = {"type": "user_changed_user_id", "user_id": "BR.2", "previous_user_id": "BR.1", "body": "x"}
    made = change(NUMBER_ID)
    made["value"]["messages"] = [item | {"system": moved}]
    fact = only(body(made))
    assert (fact.customer.bsuid, fact.moved_to.bsuid) == ("BR.1", "BR.2")
    made["value"]["messages"] = [item | {"system": {"type": "user_changed_user_id"}}]
    assert [kept.name for kept in parse(body(made)).kept] == ["system message without sender"]


def test_it_knows_who_wrote_by_bsuid_alone():
    fact = only(delivery(Wrote("wamid.1", at=AT, bsuid="BR.1", username="ana")))
    assert (fact.customer.phone, fact.customer.bsuid, fact.customer.username) == ("", "BR.1", "ana")


def test_it_knows_who_wrote_by_phone_alone():
    fact = only(delivery(Wrote("wamid.1", at=AT, phone="551187650001")))
    assert (fact.customer.phone, fact.customer.bsuid) == ("551187650001", "")


def test_it_finds_the_profile_whatever_the_order():
    made = change(
        NUMBER_ID,
        Wrote("wamid.1", at=AT, phone="5511987650001", bsuid="BR.1", name="Ana"),
        Wrote("wamid.2", at=AT, phone="5511987650002", bsuid="BR.2", name="Bruno"),
    )
    made["value"]["contacts"].reverse()
    names = [fact.customer.name for fact in parse(body(made)).facts if isinstance(fact, MessageFact)]
    assert names == ["Ana", "Bruno"]


@pytest.mark.parametrize("given", [str(AT), AT, f"{AT}000", AT * 1000, float(AT)])
def test_it_reads_seconds_and_milliseconds(given):
    assert only(with_item(timestamp=given)).sent_at == datetime.fromtimestamp(AT, UTC)


@pytest.mark.parametrize(
    "given",
    ["", "x", None, [], {}, "nan", "inf", "-inf", "1e400", -1, 0, 1, 10**30, "9999999999", True, "253402300800"],
)
def test_it_refuses_absurd_times(given):
    parsed = parse(with_item(timestamp=given))
    assert parsed.facts == []
    (poison,) = parsed.poison
    assert "timestamp" in poison.reason
    assert path(poison.place) == "entry[0].changes[0].value.messages[0]"


@pytest.mark.parametrize("status", ["sent", "delivered", "read", "played", "failed"])
def test_it_reads_statuses(status: str):
    fact = only(delivery(Reported("wamid.1", status, at=AT, attempt="abc", error=131049)))
    assert isinstance(fact, StatusUpdate)
    assert (fact.wamid, fact.status, fact.callback_data) == ("wamid.1", status, "abc")
    assert fact.particulars["errors"][0]["code"] == 131049


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ({"type": "call", "status": "RINGING"}, "status:call"),
        ({"type": "payment", "status": "captured"}, "status:payment"),
        ({"status": "deleted"}, "status:deleted"),
        ({"status": 5}, "status:"),
        ({"status": "read", "recipient_type": "group"}, "group status"),
        ({"status": "read", "group_id": "g"}, "group status"),
    ],
)
def test_it_only_keeps_other_statuses(item: dict, name: str):
    made = change(NUMBER_ID, Reported("wamid.1", "read", at=AT))
    made["value"]["statuses"][0] |= item
    parsed = parse(body(made))
    assert ([kept.name for kept in parsed.kept], parsed.facts, parsed.poison) == ([name], [], [])


def test_it_only_keeps_group_messages():
    parsed = parse(with_item(group_id="g"))
    assert ([kept.name for kept in parsed.kept], parsed.facts, parsed.poison) == (["group message"], [], [])


def test_an_error_of_the_account_is_a_problem():
    made = change(NUMBER_ID)
    made["value"]["errors"] = [{"code": 130429, "title": "Rate limit hit", "error_data": {"details": "Slow"}}]
    fact = only(body(made))
    assert isinstance(fact, AccountProblem)
    assert (fact.code, fact.title, fact.detail) == (130429, "Rate limit hit", "Slow")


def test_it_keeps_unknown_fields_and_objects():
    assert [kept.name for kept in parse(body({"field": "tomorrow", "value": {}})).kept] == ["field:tomorrow"]
    assert [kept.name for kept in parse(b'{"object": "page"}').kept] == ["object:page"]
    assert [kept.name for kept in parse(b"{}").kept] == ["object:"]


def test_a_mistake_of_ours_costs_one_change(monkeypatch):
    def broken(change):
        raise RuntimeError("ours")

    monkeypatch.setitem(READERS, "calls", broken)
    good = change(NUMBER_ID, Wrote("wamid.1", at=AT, phone="5511987650001"))
    parsed = parse(body({"field": "calls", "value": {}}, good))
    assert [poison.reason for poison in parsed.poison] == ["our parser failed: RuntimeError"]
    assert len(parsed.facts) == 1


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not JSON: JSONDecodeError"),
        (b"\xff\xfe\xfa", "not JSON: UnicodeDecodeError"),
        (b"[" * 100_000, "not JSON: RecursionError"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"object": "whatsapp_business_account"}', "entry is not a list"),
        (b'{"object": "whatsapp_business_account", "entry": [1]}', "not an object"),
        (b'{"object": "whatsapp_business_account", "entry": [{"changes": 1}]}', "not a list"),
        (body({"field": "messages", "value": []}), "value is not an object"),
    ],
)
def test_it_says_why_it_cannot_read(raw: bytes, reason: str):
    assert [poison.reason for poison in parse(raw).poison] == [reason]


def test_it_replaces_what_postgresql_cannot_hold():
    fact = only(with_item(text={"body": "a\x00b\ud800c😀"}))
    assert fact.text == "a\ufffdb\ufffdc😀"


keys = st.sampled_from(
    [
        "object",
        "entry",
        "changes",
        "field",
        "value",
        "metadata",
        "phone_number_id",
        "messages",
        "statuses",
        "contacts",
        "errors",
        "id",
        "from",
        "type",
        "text",
        "from_user_id",
        "timestamp",
        "status",
        "wa_id",
        "user_id",
        "profile",
        "name",
        "username",
        "context",
        "group_id",
        "body",
    ]
) | st.text(max_size=4)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["text", "read"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(anything)
def test_it_never_raises_for_json(document):
    assert isinstance(parse(json.dumps(document).encode()), Parsed)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(keys, anything, max_size=6), st.sampled_from(["messages", "statuses", "contacts", "metadata"]))
def test_it_never_raises_for_anything_in_the_place_of_an_item(item, place):
    made = change(NUMBER_ID, Wrote("wamid.1", at=AT, phone="5511"), Reported("wamid.2", "read", at=AT))
    made["value"][place] = item if place == "metadata" else [made["value"][place][0] | item]
    parsed = parse(body(made))
    assert len(parsed.facts) + len(parsed.kept) + len(parsed.poison) >= 2


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_it_never_raises_for_bytes(raw: bytes):
    assert isinstance(parse(raw), Parsed)
