"""What people do with templates: create, change, delete, read them all. Meta keeps them: each verb asks Graph first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import record
from accounts.models import User
from lib.graph import GraphError, client
from messaging import media, sync
from messaging.limits import Invalid
from messaging.models import Template
from messaging.refusals import (
    AlreadyDeleted,
    CategoryFixed,
    EditedToday,
    NoAppId,
    NotEditable,
    RefusedByMeta,
    TemplateTaken,
)
from messaging.rights import check_may_manage
from messaging.template_drafts import Draft, body_for_graph, components, problems
from messaging.template_errors import refusal_words
from numbers.models import WabaAccount

T = TypeVar("T")
EDITS_REST = timedelta(hours=24)
MEGABYTE = 1_000_000
SAMPLES = {
    "IMAGE": (("image/jpeg", "image/png"), 5 * MEGABYTE),
    "VIDEO": (("video/mp4", "video/3gpp"), 16 * MEGABYTE),
    "DOCUMENT": (("application/pdf",), 16 * MEGABYTE),
}
"""What may stand for a header's file, and how large; larger documents can be sent, a sample need not be."""
WRONG_SAMPLE = {
    "IMAGE": _("Choose a JPEG or PNG picture."),
    "VIDEO": _("Choose an MP4 or 3GP video."),
    "DOCUMENT": _("Choose a PDF document."),
}
TOO_LARGE = _("At most %(count)d MB.")


def create_template(account: WabaAccount, draft: Draft, *, by: User) -> Template:
    """Submit a draft to Meta's review and return the new template, pending.

    Raise PermissionDenied, Invalid for what Meta would refuse, TemplateTaken, RefusedByMeta.
    """
    check_may_manage(account, by)
    _check(draft)
    key: dict[str, Any] = {"waba": account, "name": draft.name, "language": draft.language}
    if Template.objects.filter(**key).exclude(status=Template.Status.DELETED).exists():
        raise TemplateTaken
    body = body_for_graph(draft)
    told = _asked(lambda: client().post(f"{account.waba_id}/message_templates", **_credentials(account), **body))
    with transaction.atomic():
        template, _made = Template.objects.get_or_create(**key)
        news = {"status": "PENDING", "category": draft.category, "reason": ""}
        news |= {name: str(told[name]) for name in ("status", "category") if told.get(name)}
        _keep(template, news | {"meta_id": str(told.get("id") or "")}, body["components"], body["parameter_format"])
        record("template.created", template, by=by, account=account.pk)
    return template


def edit_template(template: Template, draft: Draft, *, by: User) -> Template:
    """Submit another text of a template to Meta's review; name and language stay.

    Raise PermissionDenied, Invalid, NotEditable, EditedToday, CategoryFixed, RefusedByMeta.
    """
    check_may_manage(template.waba, by)
    check_can_edit(template)
    if template.status == Template.Status.APPROVED and draft.category != template.category:
        raise CategoryFixed
    _check(draft)
    body: dict[str, Any] = {"components": components(draft)}
    if draft.category != template.category:
        body["category"] = draft.category
    _asked(lambda: client().post(template.meta_id, **_credentials(template.waba), **body))
    with transaction.atomic():
        template.edited_at = timezone.now()
        told = {"status": "PENDING", "category": draft.category, "reason": ""}
        _keep(template, told, body["components"], body_for_graph(draft)["parameter_format"])
        record("template.changed", template, by=by, account=template.waba_id)
    return template


def check_can_edit(template: Template) -> None:
    """Raise the refusal that stands against changing the template now."""
    if not template.is_editable or not template.meta_id:
        raise NotEditable
    is_approved = template.status == Template.Status.APPROVED
    if is_approved and template.edited_at and template.edited_at > timezone.now() - EDITS_REST:
        raise EditedToday


def delete_template(template: Template, *, every_language: bool, by: User) -> int:
    """Delete a template at Meta, in one language or in all; return how many. Our rows stay, as deleted.

    Raise PermissionDenied, AlreadyDeleted, RefusedByMeta.
    """
    check_may_manage(template.waba, by)
    if template.status == Template.Status.DELETED:
        raise AlreadyDeleted
    named = {"name": template.name} | ({} if every_language else {"hsm_id": template.meta_id})
    account = template.waba
    _asked(lambda: client().delete(f"{account.waba_id}/message_templates", **_credentials(account), **named))
    doomed = Template.objects.filter(waba=account, name=template.name).exclude(status=Template.Status.DELETED)
    with transaction.atomic():
        rows = list(doomed if every_language else doomed.filter(pk=template.pk))
        for row in rows:
            row.stale_since = None
            row.save(update_fields=[*row.take({"status": Template.Status.DELETED}, timezone.now()), "stale_since"])
            record("template.deleted", row, by=by, account=account.pk)
    return len(rows)


def sync_templates(account: WabaAccount, *, by: User) -> sync.Synced:
    """Read the account's catalogue from Graph now; raise PermissionDenied, RefusedByMeta."""
    check_may_manage(account, by)
    return _asked(lambda: sync.sync_account(account, by=by))


def upload_sample(account: WabaAccount, header_format: str, content: bytes, *, by: User) -> str:
    """Give Graph a sample for a header and return its handle.

    Raise PermissionDenied, Invalid for a file that Meta would refuse, NoAppId, RefusedByMeta.
    """
    check_may_manage(account, by)
    kinds, at_most = SAMPLES[header_format]
    kind = media.content_type(content[: media.HEAD_BYTES])
    if kind not in kinds:
        raise Invalid("header_sample", WRONG_SAMPLE[header_format])
    if len(content) > at_most:
        raise Invalid("header_sample", TOO_LARGE % {"count": at_most // MEGABYTE})
    if not settings.WHATSAPP_APP_ID:
        raise NoAppId
    app_id, credentials = settings.WHATSAPP_APP_ID, _credentials(account)
    return _asked(lambda: client().upload_sample(app_id, content, kind=kind, **credentials))


def _check(draft: Draft) -> None:
    for field, reason in problems(draft).items():
        raise Invalid(field, reason)


def _credentials(account: WabaAccount) -> dict[str, str]:
    return {"token": account.token, "app_secret": account.app_secret}


def _asked(call: Callable[[], T]) -> T:
    """Ask Graph; raise RefusedByMeta with its reason in words."""
    try:
        return call()
    except GraphError as error:
        raise RefusedByMeta(refusal_words(error)) from error


def _keep(template: Template, told: Mapping[str, str], parts: list[dict[str, Any]], parameter_format: str) -> None:
    """Write down what was submitted, and have the whole read from Graph soon: Meta may have changed it."""
    now = timezone.now()
    changed = template.take({**told, "parameter_format": parameter_format}, now)
    template.components = parts
    template.stale_since, template.read_tries, template.next_read_at = now, 0, now
    fields = ["components", "stale_since", "read_tries", "next_read_at", "edited_at"]
    template.save(update_fields=[*changed, *fields])
