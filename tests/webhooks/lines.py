"""All that deliveries leave behind, a line for each row, in an order of their own: what people can compare."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection

from contacts.models import Contact, ContactIdentity
from inbox.models import Amendment, Attachment, Conversation, Message, MessageReceipt, ParkedStatus
from messaging.models import Template
from numbers.models import Alert, NumberPulse, PhoneNumber, WabaAccount

TAIL = 8
APPS = ("contacts", "inbox", "messaging", "numbers")


def lines() -> list[str]:
    """Every row that a delivery may make or change, said in a line."""
    told = (
        [_contact(one) for one in Contact.objects.prefetch_related("identities")],
        [_conversation(one) for one in Conversation.objects.select_related("last_message")],
        [_message(one) for one in Message.objects.all()],
        [_file(one) for one in Attachment.objects.all()],
        [_amendment(one) for one in Amendment.objects.all()],
        [_receipt(one) for one in MessageReceipt.objects.select_related("message")],
        [_parked(one) for one in ParkedStatus.objects.all()],
        [_template(one) for one in Template.objects.all()],
        [_alert(one) for one in Alert.objects.all()],
        [_columns("number", one) for one in PhoneNumber.objects.all()],
        [_columns("account", one) for one in WabaAccount.objects.all()],
    )
    return sorted(line.strip() for part in told for line in part)


def cells() -> list[tuple[str, str]]:
    """Every row of every table that deliveries may touch, cell by cell, but for the signs of life of numbers."""
    models = (model for app in APPS for model in apps.get_app_config(app).get_models() if model is not NumberPulse)
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', to_jsonb(t)::text FROM {table} AS t" for table in tables))
        return sorted(cursor.fetchall())


def _contact(one: Contact) -> str:
    known = sorted(one.identities.all(), key=lambda i: (not i.is_current, i.kind, i.value))
    said = [("" if i.is_current else "was ") + f"{i.kind} {_value(i)}" for i in known]
    if one.marketing_refused_at:
        said.append(f"refused marketing {_at(one.marketing_refused_at)}")
    if one.marketing_choice_at:
        said.append(f"chose {_at(one.marketing_choice_at)}")
    return f"contact {one.display_name}: {', '.join(said)}"


def _value(identity: ContactIdentity) -> str:
    is_spelt_otherwise = identity.kind == ContactIdentity.Kind.PHONE and identity.key != identity.value
    return f"{identity.value} as {identity.key}" if is_spelt_otherwise else identity.value


def _conversation(one: Conversation) -> str:
    last = one.last_message.kind if one.last_message else "-"
    times = f"window {_at(one.last_inbound_at)}, waits since {_at(one.waiting_since)}"
    return f"conversation {one.status}{' history' * one.is_history}, {one.unread_count} unread, {times}, last {last}"


def _message(one: Message) -> str:
    status = f" {Message.Status(one.status).name}" if one.status else ""
    quoting = f" quoting {_tail(one.quoted_wamid)}" if one.quoted_wamid else ""
    return f"message {one.direction} {one.kind} {_at(one.sent_at)}: {one.text}{status}{quoting}"


def _file(one: Attachment) -> str:
    return f"file {one.state} {one.claimed_type} {one.media_id} {one.claimed_sha256[:8]} {one.filename}"


def _amendment(one: Amendment) -> str:
    said = f": {one.text}" if one.text else ""
    return f"{one.kind} {one.direction} {_at(one.sent_at)} of {_tail(one.target_wamid)}{said}"


def _receipt(one: MessageReceipt) -> str:
    said = _particulars(one.particulars)
    return f"receipt {Message.Status(one.status).name} {_at(one.at)} of {_tail(one.message.wamid)}{said}"


def _parked(one: ParkedStatus) -> str:
    return (
        f"parked {Message.Status(one.status).name} {_at(one.at)} of {_tail(one.wamid)}{_particulars(one.particulars)}"
    )


def _particulars(given: dict[str, Any]) -> str:
    pricing, conversation = given.get("pricing", {}), given.get("conversation", {})
    said = [f"error {error['code']}" for error in given.get("errors", [])]
    if pricing:
        said.append("/".join(filter(None, (pricing["category"], pricing.get("type", "-"), pricing.get("subtype")))))
    if conversation:
        said.append(f"conversation {conversation['origin']['type']}")
    return f": {', '.join(said)}" if said else ""


def _template(one: Template) -> str:
    names = ("category", "category_changes", "coming_category", "quality", "reason", "status")
    columns = ", ".join(f"{name}={getattr(one, name)}" for name in names if getattr(one, name))
    stale = " to be read again" if one.stale_since else ""
    return f"template {one.name} {one.language} {one.meta_id}{stale}: {columns}"


def _alert(one: Alert) -> str:
    of = "the number" if one.number_id else "the account"
    subject = f": {one.subject}" if one.subject else ""
    end = f", ends {_at(one.ended_at)}" if one.ended_at else ""
    return f"alert {one.severity} {one.kind} of {of}{subject}{end}"


def _columns(name: str, one: PhoneNumber | WabaAccount) -> str:
    told = ((column, getattr(one, column)) for column in sorted(one.told_at))
    return f"{name} " + ", ".join(f"{column}={value}" for column, value in told if value)


def _at(moment: datetime | None) -> str:
    return f"@{moment.timestamp():.0f}" if moment else "-"


def _tail(wamid: str | None) -> str:
    return (wamid or "").rstrip("=")[-TAIL:]
