"""How templates were used: what their messages became, and when each was sent last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from inbox.models import Message, MessageReceipt
from inbox.models.message import TEMPLATE_LANGUAGE, TEMPLATE_NAME
from messaging import errors
from messaging.models import Template

PERIOD = timedelta(days=30)
MOST_FAILURES = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """Why messages of a template failed, and how many."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Use:
    """What became of a template's messages in the last 30 days."""

    sent: int
    delivered: int
    read: int
    failed: int
    conversations: int
    last_at: datetime | None
    failures: tuple[Failure, ...]


def use_of(template: Template) -> Use:
    """Count the messages made of a template, from whichever number of its account."""
    recent = _made_of(template).filter(sent_at__gte=timezone.now() - PERIOD)
    counts = recent.aggregate(
        sent=Count("pk"),
        delivered=Count("pk", Q(status__gte=Message.Status.DELIVERED)),
        read=Count("pk", Q(status__gte=Message.Status.READ)),
        failed=Count("pk", Q(status=Message.Status.FAILED)),
        conversations=Count("conversation", distinct=True),
        last_at=Max("sent_at"),
    )
    return Use(**counts, failures=_failures(recent) if counts["failed"] else ())


def with_last_use(templates: QuerySet[Template]) -> QuerySet[Template]:
    """Add to each template when it was sent last: `last_used_at`, null if never."""
    sent = Message.objects.filter(
        kind="template", direction=Message.Direction.OUTBOUND, number__waba=OuterRef("waba_id")
    ).alias(name=TEMPLATE_NAME, language=TEMPLATE_LANGUAGE)
    newest = sent.filter(name=OuterRef("name"), language=OuterRef("language")).order_by("-sent_at")
    return templates.annotate(last_used_at=Subquery(newest.values("sent_at")[:1]))


def _made_of(template: Template) -> QuerySet[Message]:
    sent = Message.objects.filter(
        kind="template", direction=Message.Direction.OUTBOUND, number__waba=template.waba_id
    ).alias(template_name=TEMPLATE_NAME, template_language=TEMPLATE_LANGUAGE)
    return sent.filter(template_name=template.name, template_language=template.language)


def _failures(messages: QuerySet[Message]) -> tuple[Failure, ...]:
    """Group what failed by its reason: what Graph refused, else what a webhook told later."""
    told = MessageReceipt.objects.filter(message=OuterRef("pk"), status=Message.Status.FAILED)
    code = Cast(KT("particulars__errors__0__code"), IntegerField())
    failed = messages.filter(status=Message.Status.FAILED).annotate(
        code=Coalesce(F("error_code"), Subquery(told.values(told_code=code)[:1]))
    )
    grouped = failed.values("code").annotate(count=Count("pk")).order_by("-count", "code")[:MOST_FAILURES]
    return tuple(Failure(str(errors.meaning(row["code"]).text), row["count"]) for row in grouped)
