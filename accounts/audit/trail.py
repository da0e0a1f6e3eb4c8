"""Write the audit trail, in the transaction of the change it tells of."""

from __future__ import annotations

from typing import Any

import structlog
from django.db import models

from accounts.models import AuditLog, User

Entity = models.Model | type[models.Model]


def record(action: str, entity: Entity, *, by: User | None, **particulars: Any) -> AuditLog:
    """Insert one row: `action` in the past tense, ids and plain values in `particulars`, no personal data.

    A model class as the entity stands for none of its rows, or for all: the id is 0.
    """
    context = structlog.contextvars.get_contextvars()
    return AuditLog.objects.create(
        actor=by,
        action=action,
        entity_type=str(entity._meta.model_name),
        entity_id=0 if isinstance(entity, type) else entity.pk,
        particulars=particulars,
        address=context.get("ip"),
        request_id=str(context.get("request_id", "")),
    )
