"""The ledger's pages: finding a delivery, what it became, why parts are in quarantine."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditLog, User
from inbox.models import Message, SendAttempt
from messaging.facts import Parsed
from numbers.models import PhoneNumber
from tests.deliveries import NUMBER_ID, Reported, Wrote, arrive, body, change, delivery, store
from tests.webhooks.samples import NAMES, make_world
from tests.webhooks.samples import body as body_of
from webhooks import actions, drain, search
from webhooks.models import QuarantinedFact, WebhookEvent
from webhooks.selectors import parts_of, quarantine_counts

LIST = "/admin/webhooks/webhookevent/"
PHONE = "5511987650001"
WITHOUT_NINTH = "551187650001"

Find = Callable[..., set[int]]


@pytest.fixture
def find(admin: User, signed_in) -> Find:
    """Type something into the search box of the ledger: the ids of the deliveries shown."""
    client = signed_in(admin)

    def found(q: str = "", **filters: str) -> set[int]:
        answer = client.get(LIST, {"q": q} | filters if q else filters)
        assert answer.status_code == 200, answer.headers
        return {event.pk for event in answer.context_data["cl"].result_list}

    return found


def age_all(*, hours: float) -> None:
    """Let all that came, and all messages it became, have come so long ago."""
    by = timedelta(hours=hours)
    WebhookEvent.objects.update(received_at=F("received_at") - by, processed_at=F("processed_at") - by)
    Message.objects.update(created_at=F("created_at") - by)


def test_it_finds_a_wamid(number: PhoneNumber, find: Find):
    one = arrive(Wrote("wamid.HBgL+a/b==", phone=PHONE))
    arrive(Wrote("wamid.other", phone=PHONE))
    assert find("wamid.HBgL+a/b==") == {one.pk}
    assert find("  wamid.HBgL+a/b== ") == {one.pk}
    assert find("wamid.nobody") == set()


def test_it_finds_a_wamid_whose_slash_meta_escaped(number: PhoneNumber, find: Find):
    (event,) = store(delivery(Wrote("wamid.a/b", phone=PHONE)).replace(b"/", rb"\/"))
    assert find("wamid.a/b") == {event.pk}


def test_it_finds_what_became_no_row_and_what_came_twice(number: PhoneNumber, find: Find):
    twice = [arrive(Wrote("wamid.1", phone=PHONE)) for _ in range(2)]
    unknown = arrive(Wrote("wamid.2", phone=PHONE), number_id="2")
    assert find("wamid.1") == {event.pk for event in twice}
    assert find("wamid.2") == {unknown.pk}
    assert find("No metadata nor number, ação") == set()


def test_it_finds_words_however_json_wrote_them(number: PhoneNumber, find: Find):
    escaped = arrive(Wrote("wamid.1", phone=PHONE, text="promoção"))
    plain = delivery(Wrote("wamid.2", phone=PHONE, text="X")).replace(b"X", "promoção".encode())
    (event,) = store(plain)
    assert find("promoção") == {escaped.pk, event.pk}


@pytest.mark.parametrize(
    "typed", ["+55 (11) 98765-0001", "5511987650001", "551187650001", "11 8765-0001", "11987650001"]
)
def test_it_finds_a_phone_in_any_spelling(number: PhoneNumber, find: Find, typed: str):
    theirs = {arrive(Wrote("wamid.1", phone=PHONE)).pk, arrive(Wrote("wamid.2", phone=WITHOUT_NINTH)).pk}
    arrive(Wrote("wamid.3", phone="5511987650002"))
    assert find(typed) == theirs


def test_it_finds_a_foreign_phone(number: PhoneNumber, find: Find):
    event = arrive(Wrote("wamid.1", phone="442079460000"))
    assert find("+44 20 7946 0000") == {event.pk}


def test_it_finds_a_bsuid_but_not_those_it_is_the_beginning_of(number: PhoneNumber, find: Find):
    one, _ = arrive(Wrote("wamid.1", bsuid="BR.12")), arrive(Wrote("wamid.2", bsuid="BR.123"))
    assert find("BR.12") == {one.pk}


def test_it_finds_a_status_by_its_attempt(number: PhoneNumber, conversation, find: Find):
    message = Message.objects.create(
        conversation=conversation, number=number, direction="OUTBOUND", kind="text", status=30, sent_at=timezone.now()
    )
    attempt = SendAttempt.objects.create(message=message)
    event = arrive(Reported("wamid.ours", "delivered", attempt=str(attempt.pk)))
    assert find(str(attempt.pk)) == {event.pk}
    assert find(str(uuid4())) == set()


def test_numbers_states_and_days_narrow_it_down(number: PhoneNumber, find: Find):
    ours, foreign = arrive(Wrote("wamid.1", phone=PHONE)), arrive(Wrote("wamid.2", phone=PHONE), number_id="2")
    (waiting,) = store(b"{}", routing_key="")
    assert find(number=NUMBER_ID) == {ours.pk}
    assert find(number="none") == {waiting.pk}
    assert find(state__exact="QUARANTINED") == {foreign.pk}
    assert find(state__exact="PENDING") == {waiting.pk}
    today = timezone.localdate()
    assert find(day=today.isoformat()) == {ours.pk, foreign.pk, waiting.pk}
    assert find(day=(today - timedelta(days=1)).isoformat()) == set()
    assert find(day="no day") == {ours.pk, foreign.pk, waiting.pk}


@pytest.mark.django_db(transaction=True)
def test_a_row_leads_to_its_delivery_however_old(number: PhoneNumber, find: Find):
    old = arrive(Wrote("wamid.old", phone=PHONE))
    unknown = arrive(Wrote("wamid.unknown", phone="5511987650009"), number_id="2")
    age_all(hours=24 * 9)
    young = arrive(Wrote("wamid.young", phone=PHONE))
    assert find("wamid.old") == {old.pk}
    assert find(PHONE) == {old.pk, young.pk}
    assert find("wamid.unknown") == set(), "no row leads there, and it is no delivery of the last day"
    day = timezone.localtime(unknown.received_at - timedelta(days=9)).date()
    assert find("wamid.unknown", day=day.isoformat()) == {unknown.pk}
    assert find("wamid.young", day=day.isoformat()) == set()


@pytest.mark.django_db(transaction=True)
def test_a_row_leads_to_a_delivery_that_was_replayed_since(number: PhoneNumber, admin: User, find: Find):
    old = arrive(Wrote("wamid.old", phone=PHONE))
    age_all(hours=24 * 9)
    actions.replay(WebhookEvent.objects.all(), by=admin)
    drain.drain_due()
    assert find("wamid.old") == {old.pk}


@pytest.mark.django_db(transaction=True)
def test_the_page_says_how_far_it_searched(number: PhoneNumber, admin: User, signed_in, monkeypatch):
    events = [arrive(Wrote(f"wamid.{n}", phone=PHONE)) for n in range(4)]
    client = signed_in(admin)
    reach = client.get(LIST, {"q": "wamid"}).context_data["found"]
    assert reach.is_complete
    monkeypatch.setattr(search, "ROWS", 2)
    monkeypatch.setattr(search, "FOUND_AT_MOST", 1)
    answer = client.get(LIST, {"q": "wamid"})
    assert {event.pk for event in answer.context_data["cl"].result_list} == {events[2].pk, events[3].pk}
    assert answer.context_data["found"].back_to == events[2].received_at
    assert not answer.context_data["found"].is_complete and 'class="reach"' in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_search_that_takes_too_long_ends_with_what_it_has(number: PhoneNumber, admin: User, signed_in, monkeypatch):
    arrive(Wrote("wamid.1", phone=PHONE))
    monkeypatch.setattr(search, "LOOK", search.LOOK.replace("SELECT", "SELECT pg_sleep(5) IS NULL, ", 1))
    monkeypatch.setattr(search, "SECONDS", 0.1)
    answer = signed_in(admin).get(LIST, {"q": "no row has this"})
    assert answer.status_code == 200 and not answer.context_data["found"].is_complete


def test_ids_from_a_moment_on(number: PhoneNumber):
    events = store(*[b"{}"] * 6)
    for hours, event in enumerate(reversed(events)):
        WebhookEvent.objects.filter(pk=event.pk).update(received_at=timezone.now() - timedelta(hours=hours))
    WebhookEvent.objects.filter(pk=events[1].pk).delete()
    for hours, expected in ((2.5, events[3]), (3.5, events[2]), (4.5, events[2]), (9, None)):
        first = search.first_id_from(timezone.now() - timedelta(hours=hours))
        assert WebhookEvent.objects.filter(pk__gte=first).earliest("pk") == (expected or events[0])
    assert search.first_id_from(timezone.now() + timedelta(hours=1)) > events[-1].pk


def test_an_empty_search_or_ledger(find: Find):
    assert find("\0") == set() and find("   ") == set()
    assert find() == set() and find("wamid.1") == set() and find(day="2026-01-01") == set()


# --- One delivery ------------------------------------------------------------------------------------


def outcomes(event: WebhookEvent) -> list[tuple[str, str]]:
    return [(part.name, part.outcome) for part in parts_of(event)]


def test_what_a_delivery_became(number: PhoneNumber, conversation):
    message = Message.objects.create(
        conversation=conversation,
        number=number,
        direction="OUTBOUND",
        kind="text",
        status=30,
        sent_at=timezone.now(),
        wamid="wamid.ours",
    )
    event = arrive(Wrote("wamid.in", phone=PHONE), Reported("wamid.ours", "read"), Reported("wamid.foreign", "read"))
    said = {part.place.rsplit(".", 1)[1]: part for part in parts_of(event)}
    assert {part.outcome for part in said.values()} == {"applied"}
    received = Message.objects.get(wamid="wamid.in")
    assert said["messages[0]"].links[0].address.endswith(f"/{conversation.pk}/#message-{received.pk}")
    assert any("/admin/contacts/contact/" in link.address for link in said["messages[0]"].links)
    assert said["statuses[0]"].links[0].address.endswith(f"#message-{message.pk}")
    assert len(said["statuses[0]"].links) > len(said["statuses[1]"].links) >= 1


def test_parts_kept_quarantined_and_waiting(number: PhoneNumber):
    odd = {"field": "unheard_of", "value": {}}
    raw = body(change("2", Wrote("wamid.1", phone=PHONE)), odd, change(NUMBER_ID, Wrote("", phone=PHONE)))
    (event,) = store(raw)
    assert ("messages", "waiting") in outcomes(event)
    drain.drain_due()
    event.refresh_from_db()
    said = [(part.outcome, part.reason or part.name) for part in parts_of(event)]
    assert said == [
        ("quarantined", "unknown number 2"),
        ("kept", "field:unheard_of"),
        ("quarantined", "id is missing"),
    ], "in the order of the body"


def test_a_part_that_has_no_row_any_more(number: PhoneNumber):
    event = arrive(Wrote("wamid.1", phone=PHONE))
    Message.objects.all().delete()
    assert outcomes(event) == [("messages", "gone")]


def test_a_class_of_facts_nobody_foresaw(number: PhoneNumber, monkeypatch):
    class Weather:
        """Not one of ours."""

        place = ("entry", 0)
        counted_as = "weather"
        waba_id = number.waba.waba_id
        wamid = None

    monkeypatch.setattr("webhooks.selectors.parse", lambda raw: Parsed(facts=[Weather()]))
    event = WebhookEvent.objects.create(body=b"{}", state="DONE")
    (part,) = parts_of(event)
    assert (part.name, part.outcome, part.place) == ("weather", "applied", "entry[0]")
    assert part.links[0].address == f"/admin/numbers/wabaaccount/{number.waba.pk}/change/"


def test_every_part_of_the_samples_is_accounted_for(db):
    """All samples arrive together; each applied part shows its rows, each other part says what it is."""
    make_world()
    events = store(*(body_of(name) for name in NAMES))
    drain.drain_due()
    odd, applied = {}, 0
    for name, event in zip(NAMES, events, strict=True):
        event.refresh_from_db()
        parts = parts_of(event)
        assert parts and all(part.name and part.place for part in parts), name
        applied += sum(part.outcome == "applied" for part in parts)
        odd |= {(name, part.place): part for part in parts if part.outcome == "applied" and not part.links}
        odd |= {(name, part.place): part for part in parts if part.outcome in ("gone", "waiting")}
    assert odd == {} and applied > len(NAMES) / 2


def test_many_parts_take_no_more_statements_than_one(number: PhoneNumber):
    def parts(count: int) -> int:
        event = arrive(*(Wrote(f"wamid.{count}.{n}", phone=f"55119876{n:05}") for n in range(count)))
        with CaptureQueriesContext(connection) as asked:
            assert len(parts_of(event)) == count
        return len(asked)

    assert parts(60) == parts(2) < 20


def test_the_page_of_one(number: PhoneNumber, admin: User, signed_in):
    event = arrive(Wrote("wamid.1", phone=PHONE, text="<script>alert(1)</script>"))
    page = signed_in(admin).get(f"{LIST}{event.pk}/change/").content.decode()
    assert "wamid.1" in page and "<script>alert" not in page
    assert f"{LIST}{event.pk}/body/" in page


@pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe", b"not json", b"[1]", b'{"entry": "\\ud800"}', b"[" * 100_000])
def test_the_page_of_any_bytes(raw: bytes, admin: User, signed_in, db):
    (event,) = store(raw)
    drain.drain_due()
    client = signed_in(admin)
    assert client.get(f"{LIST}{event.pk}/change/").status_code == 200
    assert client.get(f"{LIST}{event.pk}/body/").content == raw


def test_the_exact_bytes_are_a_download(number: PhoneNumber, admin: User, signed_in):
    raw = json.dumps({"a": "é"}, ensure_ascii=False, indent=3).encode()
    (event,) = store(raw)
    answer = signed_in(admin).get(f"{LIST}{event.pk}/body/")
    assert (answer.content, answer["Content-Type"]) == (raw, "application/octet-stream")
    assert answer["Content-Disposition"].startswith("attachment") and answer["X-Content-Type-Options"] == "nosniff"
    assert signed_in(admin).get(f"{LIST}999999/body/").status_code == 404


@pytest.mark.parametrize("address", ["change/", "body/"])
def test_who_opens_what_came_is_in_the_trail(address: str, number: PhoneNumber, admin: User, signed_in):
    event = arrive(Wrote("wamid.1", phone=PHONE))
    signed_in(admin).get(f"{LIST}{event.pk}/{address}")
    told = AuditLog.objects.get(action="webhook.read")
    assert (told.actor, told.entity_id) == (admin, event.pk)


def test_the_ledger_is_for_administrators_alone(number: PhoneNumber, supervisor: User, owner: User, signed_in):
    """Even of numbers that serve the supervisor's team: a body may hold facts of any number."""
    event = arrive(Wrote("wamid.1", phone=PHONE))
    for person in (supervisor, owner):
        client = signed_in(person)
        for address in (LIST, f"{LIST}?q=wamid.1", f"{LIST}{event.pk}/change/", f"{LIST}{event.pk}/body/"):
            answer = client.get(address)
            assert answer.status_code in (302, 403, 404) and b"wamid.1" not in answer.content, (person, address)


# --- Quarantine --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("unknown number 123", "unknown number …"),
        ("not JSON: JSONDecodeError", "not JSON"),
        ("timestamp is absurd: 2099-01-01", "timestamp is absurd"),
        ("id is longer than 255 characters", "id is longer than … characters"),
        ("metadata.phone_number_id is missing", "metadata.phone_number_id is missing"),
    ],
)
def test_the_kind_of_a_reason(reason: str, kind: str, db):
    event = WebhookEvent.objects.create(body=b"", state="QUARANTINED")
    assert QuarantinedFact.objects.create(event=event, path="x", reason=reason).kind == kind


def test_reasons_are_counted_by_kind(number: PhoneNumber, find: Find, admin: User, signed_in):
    unknown = [arrive(Wrote(f"wamid.{n}", phone=PHONE), Wrote(f"w.{n}", phone=PHONE), number_id=n) for n in "23"]
    (garbage,) = store(b"garbage")
    drain.drain_due()
    counted = quarantine_counts()
    assert [(reason.kind, reason.deliveries) for reason in counted] == [("unknown number …", 2), ("not JSON", 1)]
    assert find(reason="unknown number …") == {event.pk for event in unknown}
    assert find(reason="not JSON") == {garbage.pk}
    page = signed_in(admin).get(LIST).content.decode()
    assert counted[0].address.replace("&", "&amp;") in page


def test_no_panel_without_quarantine(number: PhoneNumber, admin: User, signed_in):
    arrive(Wrote("wamid.1", phone=PHONE))
    assert "reasons-title" not in signed_in(admin).get(LIST).content.decode()


def test_the_list_asks_the_same_however_long_it_is(number: PhoneNumber, admin: User, signed_in):
    client = signed_in(admin)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        assert not any('"webhooks_webhookevent"."body"' in query["sql"] for query in asked)
        return len(asked)

    arrive(Wrote("wamid.0", phone=PHONE))
    queries()  # The first visit of a session writes down that it is used.
    few = queries()
    for n in range(1, 30):
        arrive(Wrote(f"wamid.{n}", phone=PHONE))
    assert queries() == few


@pytest.mark.parametrize("odd", ["reason=%00", "number=%00", "state__exact=%00"])
def test_a_filter_that_no_column_holds_is_refused(admin: User, signed_in, odd: str):
    assert signed_in(admin).get(f"{LIST}?{odd}").status_code == 400


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-13-01", "x"])
def test_a_day_without_deliveries_narrows_nothing(admin: User, signed_in, number: PhoneNumber, day: str):
    arrive(Wrote("wamid.1", phone=PHONE))
    answer = signed_in(admin).get(LIST, {"day": day})
    assert answer.status_code == 200
    assert len(answer.context_data["cl"].result_list) == 1
