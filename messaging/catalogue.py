"""Keep the catalogue of templates true: apply what webhooks tell, and read that template from Graph after it.

The whole catalogue of an account is read by `messaging.sync`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import structlog
from django.db.models import F
from django.utils import timezone

from lib.graph import GraphError, client
from messaging.models import Template
from numbers import alerts
from numbers.alerts import Notice
from numbers.models import WabaAccount
from numbers.routes import Place, Routes

log = structlog.get_logger(__name__)

FIELDS = "id,name,language,status,category,parameter_format,components,quality_score,rejected_reason,correct_category"
AT_ONCE = 20
"""Templates read in one run: a worker of the maintenance queue has other work too."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)


class UnknownTemplate(LookupError):
    """Meta names a template by an id only, and we have none with it."""


@dataclass(frozen=True, slots=True)
class TemplateNews:
    """What changed about a template; always less than the whole."""

    counted_as: ClassVar[str] = "template_news"

    place: Place
    waba_id: str
    at: datetime | None
    """When Meta said it; None stands for the arrival."""
    meta_id: str
    name: str
    language: str
    told: Mapping[str, str] = field(default_factory=dict)
    """Columns of Template and what they hold now."""
    notice: Notice | None = None


def apply_template_news(facts: Sequence[TemplateNews], routes: Routes) -> None:
    """Bring templates up to what Meta told, mark them to be read from Graph, and raise the alerts."""
    alerts.one_at_a_time()
    for fact in facts:
        account = routes.accounts[fact.waba_id]
        template = _template(fact, account)
        _take(fact, template)
        if fact.notice:
            alerts.raise_alert(replace(fact.notice, subject=str(template)), account.pk, at=fact.at)


def read_stale() -> int:
    """Read the templates that are due from Graph; return how many were read. Never raises for one of them."""
    due = Template.objects.filter(stale_since__isnull=False, next_read_at__lte=timezone.now())
    return sum(
        _read(pk, due_at) for pk, due_at in due.order_by("next_read_at").values_list("pk", "next_read_at")[:AT_ONCE]
    )


def _template(fact: TemplateNews, account: WabaAccount) -> Template:
    """Find the template, or make it of what is known; raise UnknownTemplate."""
    if not (fact.name and fact.language):
        known = Template.objects.filter(waba=account, meta_id=fact.meta_id).exclude(meta_id="").first()
        if not known:
            raise UnknownTemplate(f"template {fact.meta_id} without a name")
        return known
    found, _ = Template.objects.get_or_create(
        waba=account, name=fact.name, language=fact.language, defaults={"meta_id": fact.meta_id}
    )
    return found


def _take(fact: TemplateNews, template: Template) -> None:
    at = fact.at or timezone.now()
    told = dict(fact.told) | ({"meta_id": fact.meta_id} if fact.meta_id else {})
    changed = template.take(told, at)
    if not fact.told and template.hears("components", at):
        changed = [*changed, "told_at"]
    if not changed:
        return
    if template.status != Template.Status.DELETED:
        template.stale_since, template.read_tries, template.next_read_at = timezone.now(), 0, timezone.now()
    template.save(update_fields=[*changed, "stale_since", "read_tries", "next_read_at"])


def _read(pk: int, due_at: datetime) -> bool:
    """Claim one template and read it; the claim is the pause until the next try."""
    tries = Template.objects.filter(pk=pk).values_list("read_tries", flat=True).first() or 0
    pause = min(FIRST_PAUSE * 2 ** min(tries, 16), LONGEST_PAUSE)
    claimed = Template.objects.filter(pk=pk, next_read_at=due_at, stale_since__isnull=False)
    if not claimed.update(next_read_at=timezone.now() + pause, read_tries=F("read_tries") + 1):
        return False
    try:
        template = Template.objects.select_related("waba").get(pk=pk)
        asked_at = timezone.now()
        _keep(template, _from_graph(template), asked_at)
    except Exception as error:
        # Refused, unreachable, a token that does not open: it is tried again, the others are not concerned.
        log.warning("template.unread", template=pk, error=f"{type(error).__name__}: {error}"[:300])
        return False
    return True


def _from_graph(template: Template) -> dict[str, Any]:
    """Ask for one template by its id, else by name and language; raise GraphError."""
    waba = template.waba
    asked = {"token": waba.token, "app_secret": waba.app_secret, "fields": FIELDS}
    if template.meta_id:
        return client().get(template.meta_id, **asked)
    page = client().get(f"{waba.waba_id}/message_templates", **asked, name=template.name)
    for entry in page.get("data") or []:
        if isinstance(entry, dict) and entry.get("language") == template.language:
            return entry
    raise GraphError("Graph lists no such template")


def _keep(template: Template, told: dict[str, Any], asked_at: datetime) -> None:
    """Write down what Graph told, unless news came meanwhile: then it stays stale."""
    stale_since = template.stale_since
    template.save(update_fields=take_whole(template, told, asked_at))
    fresh = Template.objects.filter(pk=template.pk, stale_since=stale_since)
    fresh.update(stale_since=None, read_tries=0, next_read_at=asked_at)


def take_whole(template: Template, told: dict[str, Any], asked_at: datetime) -> list[str]:
    """Set what Graph told of a whole template, asked at `asked_at`; return the fields to save."""
    changed = template.take(_columns(told), asked_at)
    if isinstance(told.get("components"), list):
        template.components = told["components"]
        changed = [*changed, "components"]
    template.synced_at = asked_at
    return [*changed, "synced_at"]


def _columns(told: dict[str, Any]) -> dict[str, str]:
    """Take from Graph's answer what has a column, in our spelling; what is missing stays as it was."""
    score, category = told.get("quality_score"), told.get("category")
    coming = told.get("correct_category")
    reason = told.get("rejected_reason")
    columns = {
        "meta_id": told.get("id"),
        "status": told.get("status"),
        "category": category,
        "parameter_format": told.get("parameter_format"),
        "quality": score.get("score") if isinstance(score, dict) else score,
        "reason": "" if reason == "NONE" else reason,
        "coming_category": "" if coming == category else coming,
    }
    return {name: value for name, value in columns.items() if isinstance(value, str)}
