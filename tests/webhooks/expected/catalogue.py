"""Templates (Meta: section 5.1): the catalogue learns what changed, and people of what they must know."""

from __future__ import annotations

from collections.abc import Sequence

from tests.webhooks.expected.entry import Expect, Table

NAME = "confirmacao_consulta"
SUBJECT = f"{NAME} (pt_BR)"


def told(row: str, alert: str, *, says: Sequence[str] = (), then: str = " to be read again") -> Expect:
    """The template's row, made if it was not there, and one alert about it."""
    rows = [f"template {NAME} pt_BR 1890233445566778{then}: {row}", f"alert {alert}: {SUBJECT}"]
    return Expect({"template_news": 1}, rows, alert=[SUBJECT, *says])


def status(event: str, alert: str = "INFO template.status", *, status: str = "", more: str = "", **fields) -> Expect:
    """An event of the template's life."""
    return told(f"category=UTILITY, status={status or event}{more}", f"{alert} of the account", **fields)


CATALOGUE: Table = {
    "message_template_status_update_approved": status("APPROVED", "INFO template.usable", says=["may be sent"]),
    "message_template_status_update_rejected": told(
        "category=MARKETING, reason=INVALID_FORMAT · Variável no início do corpo · "
        "Coloque texto fixo antes da variável, status=REJECTED",
        "WARNING template.stopped of the account",
        says=["may not be sent", "Coloque texto fixo antes da variável"],
    ),
    "message_template_status_update_paused": told(
        "category=MARKETING, reason=Qualidade baixa, status=PAUSED",
        "WARNING template.stopped of the account",
        says=["may not be sent", "Qualidade baixa"],
    ),
    "message_template_status_update_disabled": told(
        "category=MARKETING, reason=Pausado vezes demais, status=DISABLED",
        "WARNING template.stopped of the account",
        says=["may not be sent"],
    ),
    "message_template_status_update_pending": status("PENDING"),
    "message_template_status_update_in_appeal": status("IN_APPEAL"),
    # Sendable again.
    "message_template_status_update_reinstated": status("REINSTATED", "INFO template.usable", status="APPROVED"),
    "message_template_status_update_unarchived": status("UNARCHIVED", "INFO template.usable", status="APPROVED"),
    "message_template_status_update_flagged": status("FLAGGED", "WARNING template.stopped"),
    "message_template_status_update_pending_deletion": status("PENDING_DELETION"),
    "message_template_status_update_deleted": status("DELETED", then=""),
    "message_template_status_update_archived": status("ARCHIVED"),
    "message_template_status_update_limit_exceeded": status("LIMIT_EXCEEDED", "WARNING template.stopped"),
    "message_template_status_update_locked": status("LOCKED", "WARNING template.stopped"),
    "message_template_quality_update": told(
        "quality=YELLOW", "WARNING template.quality_low of the account", says=["is low"]
    ),
    "message_template_components_update": told("", "INFO template.content of the account", says=["was changed"]),
    "template_category_update_impending": told(
        # The 3rd of November, 12:00 UTC; until then it is what new_category says.
        "category=UTILITY, category_changes=2026-11-03, coming_category=MARKETING",
        "WARNING template.category_coming of the account",
        says=["marketing"],
    ),
    "template_category_update_done": told(
        "category=MARKETING", "WARNING template.category of the account", says=["marketing"]
    ),
}
