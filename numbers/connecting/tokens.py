"""The first step: does WhatsApp take the token, for how long, and for what (Meta: section 9.6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lib.graph import GraphError, client
from numbers.connecting.findings import PATIENCE, Finding, State, Subject
from numbers.connecting.words import ASSIGN, NEW_TOKEN, OF_ACCESS, REFUSED_TOKEN, TOKENS, explain

SCOPES = ("whatsapp_business_management", "whatsapp_business_messaging")
SOON = timedelta(days=14)
OFFERS = ("secrets",)


def check_token(subject: Subject) -> Finding:
    """Ask about the token: its debugger where the app is known, else by reading with it."""
    if not subject.account.token:
        return Finding(State.TODO, _("No access token is stored."), NEW_TOKEN, offers=OFFERS)
    secret = subject.secret or next(iter(settings.WHATSAPP_APP_SECRETS), "")
    if settings.WHATSAPP_APP_ID and secret:
        try:
            return _judged(_debugged(subject.account.token, secret), subject.account.waba_id)
        except GraphError:
            pass  # it is another app's token or secret: reading with it tells less, and enough
    return _by_reading(subject)


def _debugged(token: str, secret: str) -> dict[str, Any]:
    # The only call whose address holds a token: Meta offers no other way, and no line of ours logs it.
    app = f"{settings.WHATSAPP_APP_ID}|{secret}"
    told = client(patience=PATIENCE).get("debug_token", token=app, input_token=token).get("data")
    if not isinstance(told, dict):
        raise GraphError("Graph told nothing about the token")
    return told


def _by_reading(subject: Subject) -> Finding:
    try:
        subject.get(subject.account.waba_id, fields="id")
    except GraphError as error:
        # A token that was taken and does not reach the account is the next step's matter.
        if error.code not in OF_ACCESS or "appsecret_proof" in str(error):
            return explain(error, offers=OFFERS)
    return Finding(
        State.OK,
        _("WhatsApp accepts the token."),
        _("With WHATSAPP_APP_ID in the settings, this page also tells when it ends and what it may do."),
        offers=OFFERS,
    )


def _judged(told: dict[str, Any], waba_id: str) -> Finding:
    problem = _problem(told, waba_id)
    if problem:
        return Finding(State.WRONG, *problem, facts=_facts(told) if told.get("is_valid") else (), offers=OFFERS)
    if (ends := _ends(told)) and ends < timezone.now() + SOON:
        text = gettext("The token ends on %(date)s.") % {"date": _shown(ends)}
        return Finding(State.TODO, text, NEW_TOKEN, facts=_facts(told), offers=OFFERS)
    return Finding(State.OK, _("WhatsApp accepts the token."), facts=_facts(told), offers=OFFERS)


def _problem(told: dict[str, Any], waba_id: str) -> tuple[str | Promise, str | Promise] | None:
    """What is wrong with a token, and how to mend it."""
    error = told.get("error")
    if not told.get("is_valid"):
        return TOKENS.get(error.get("subcode"), REFUSED_TOKEN) if isinstance(error, dict) else REFUSED_TOKEN
    if str(told.get("app_id")) != settings.WHATSAPP_APP_ID:
        return _("The token was made for another app."), NEW_TOKEN
    if told.get("type") == "USER":
        return _("It is the token of a person, which ends within hours."), NEW_TOKEN
    if missing := sorted(set(SCOPES) - set(told.get("scopes") or ())):
        return gettext("The token lacks the right %(scopes)s.") % {"scopes": ", ".join(missing)}, ASSIGN
    if not _reaches(told, waba_id):
        return _("The token does not reach this WhatsApp account."), ASSIGN
    return None


def _reaches(told: dict[str, Any], waba_id: str) -> bool:
    """Whether each right covers the account; one without targets covers all."""
    granted = [one for one in told.get("granular_scopes") or () if isinstance(one, dict)]
    targets = [one["target_ids"] for one in granted if one.get("scope") in SCOPES and one.get("target_ids")]
    return all(waba_id in map(str, ids) for ids in targets)


def _ends(told: dict[str, Any]) -> datetime | None:
    """When it ends; None for never."""
    at = told.get("expires_at")
    return datetime.fromtimestamp(at, UTC) if type(at) is int and 0 < at < 2**33 else None


def _facts(told: dict[str, Any]) -> tuple[tuple[str | Promise, str], ...]:
    ends = _ends(told)
    return (
        (_("Ends"), _shown(ends) if ends else gettext("never")),
        (_("App"), f"{told.get('application') or ''} {told.get('app_id') or ''}".strip()[:120]),
        (_("Rights"), ", ".join(map(str, told.get("scopes") or ()))[:300] or "-"),
    )


def _shown(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATE_FORMAT")
