"""Look at each step after the token: one read from Graph, one finding. Nothing here is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lib.graph import GraphError
from numbers import health
from numbers.alert_kinds import status_word, word
from numbers.connecting.findings import Finding, State, Subject
from numbers.connecting.words import LATER, MANAGER, explain
from numbers.models import PhoneNumber, WabaAccount

ACCOUNT_FIELDS = "id,name,currency,account_review_status,business_verification_status,owner_business_info,health_status"
REGISTRATION_FIELDS = "id,status,code_verification_status,platform_type,is_on_biz_app,verified_name"
QUALITY_FIELDS = "id,quality_rating,name_status,whatsapp_business_manager_messaging_limit,throughput,health_status"
ANSWER_MAY_TAKE = timedelta(minutes=1)
"""How long word of a test message usually takes at most."""


def reading(check: Callable[[Subject], Finding]) -> Callable[[Subject], Finding]:
    """Let a check say in words why Graph did not answer."""

    def checked(subject: Subject) -> Finding:
        try:
            return check(subject)
        except GraphError as error:
            return explain(error)

    return checked


@reading
def check_account(subject: Subject) -> Finding:
    """Does the account exist, and may it send?"""
    told = subject.get(subject.account.waba_id, fields=ACCOUNT_FIELDS)
    business = told.get("owner_business_info")
    business = business if isinstance(business, dict) else {}
    facts = _facts(
        (_("Name"), told.get("name")),
        (_("Business portfolio"), business.get("name") or business.get("id")),
        (_("Review"), word(str(told.get("account_review_status") or ""))),
        (_("Business verification"), word(str(told.get("business_verification_status") or "").upper())),
        (_("Currency"), told.get("currency")),
    )
    if told.get("account_review_status") == "REJECTED":
        return Finding(State.WRONG, _("Meta rejected the account."), MANAGER, facts)
    if blocked := _blocked(told.get("health_status")):
        return Finding(State.WRONG, *blocked, facts)
    portfolio = str(business.get("id") or "")
    if portfolio and portfolio != subject.account.portfolio_id:
        advice = _("Read the account from WhatsApp, so that customers are recognised by the right portfolio.")
        return Finding(State.TODO, _("The account belongs to another portfolio than stored."), advice, facts, ("read",))
    if told.get("account_review_status") not in (None, "APPROVED"):
        return Finding(State.TODO, _("Meta is reviewing the account."), LATER, facts, ("read",))
    return Finding(State.OK, _("The account is in order."), facts=facts, offers=("read",))


@reading
def check_subscription(subject: Subject) -> Finding:
    """Is our app subscribed to the account's webhooks?"""
    offers = ("subscribe",)
    match health.subscription(subject.get(f"{subject.account.waba_id}/subscribed_apps")):
        case WabaAccount.Subscription.OURS:
            return Finding(State.OK, _("WhatsApp tells our app what happens in this account."))
        case WabaAccount.Subscription.OTHERS:
            text = _("Only another app is told what happens in this account: its messages do not come here.")
            return Finding(State.WRONG, text, _("Subscribe our app too; the other one may stay."), offers=offers)
    text = _("No app is told what happens in this account: its messages do not come here.")
    return Finding(State.TODO, text, _("Subscribe our app to the account."), offers=offers)


@reading
def check_callback(subject: Subject) -> Finding:
    """Do the number's messages come to our address?"""
    told = subject.get(_number(subject).phone_number_id, fields="id,webhook_configuration")
    found = health.callback_of(told)
    facts = _facts((_("Messages go to"), found), (_("Our address"), _our_address()))
    if not settings.PUBLIC_URL:
        advice = _("Set PUBLIC_URL to the address that this installation has on the internet, and restart.")
        return Finding(State.UNKNOWN, _("Our own address is not set, so nobody can compare."), advice, facts)
    if found == _our_address():
        return Finding(State.OK, _("The number's messages come to this installation."), facts=facts)
    if not settings.WHATSAPP_VERIFY_TOKEN:
        advice = _("Set WHATSAPP_VERIFY_TOKEN to a word of your own and restart: WhatsApp asks for it.")
        return Finding(State.WRONG, _("The number's messages go elsewhere."), advice, facts)
    text = _("The number's messages go elsewhere.") if found else _("No address is set for the number's messages.")
    return Finding(State.WRONG if found else State.TODO, text, _("Send them here."), facts, ("callback",))


@reading
def check_registration(subject: Subject) -> Finding:
    """Is the number verified, registered and connected?"""
    told = subject.get(_number(subject).phone_number_id, fields=REGISTRATION_FIELDS)
    status, verified = str(told.get("status") or ""), str(told.get("code_verification_status") or "")
    facts = _facts(
        (_("Status"), status_word(status)),
        (_("Display name"), told.get("verified_name")),
        (_("Code"), word(verified)),
    )
    if status == "CONNECTED":
        return Finding(State.OK, _("The number is registered and connected."), facts=facts)
    if status in ("BANNED", "RESTRICTED", "DELETED", "FLAGGED", "RATE_LIMITED"):
        text = gettext("The number cannot be used: %(status)s.") % {"status": word(status)}
        return Finding(State.WRONG, text, MANAGER, facts)
    if told.get("is_on_biz_app"):
        advice = _("It is used in the WhatsApp Business app too: connect it again there, under Business tools.")
        return Finding(State.WRONG, _("The number is not connected."), advice, facts)
    if verified and verified != "VERIFIED":
        advice = _("Ask for a code by text message or call to the number, and enter it.")
        return Finding(State.TODO, _("The number is not verified yet."), advice, facts, ("code",))
    advice = _("Enter the six digits of its two-step verification; for a new number, choose them and keep them.")
    return Finding(State.TODO, _("The number is not registered yet."), advice, facts, ("register",))


@reading
def check_quality(subject: Subject) -> Finding:
    """How do customers and Meta judge the number, and how much may it send?"""
    told = subject.get(_number(subject).phone_number_id, fields=QUALITY_FIELDS)
    quality, name = str(told.get("quality_rating") or ""), str(told.get("name_status") or "")
    throughput = told.get("throughput")
    facts = _facts(
        (_("Quality"), word(quality)),
        (_("Messaging limit"), word(str(told.get("whatsapp_business_manager_messaging_limit") or ""))),
        (_("Throughput"), word(str(throughput.get("level") or "")) if isinstance(throughput, dict) else ""),
        (_("Display name"), word(name)),
    )
    if blocked := _blocked(told.get("health_status")):
        return Finding(State.WRONG, *blocked, facts)
    if quality == "RED":
        advice = _("Customers block or report its messages. Pause campaigns and look at what was sent lately.")
        return Finding(State.WRONG, _("The quality of the number is low."), advice, facts)
    if name in ("DECLINED", "REJECTED", "EXPIRED"):
        advice = _("Ask for another name in the WhatsApp Manager.")
        return Finding(State.WRONG, _("Meta did not approve the display name."), advice, facts)
    if quality == "YELLOW":
        advice = _("Send fewer messages that customers did not ask for, before it becomes low.")
        return Finding(State.TODO, _("The quality of the number has fallen to medium."), advice, facts)
    if name == "PENDING_REVIEW":
        return Finding(State.TODO, _("Meta is reviewing the display name."), LATER, facts)
    if quality == "GREEN":
        return Finding(State.OK, _("The quality of the number is high."), facts=facts)
    return Finding(State.OK, _("Meta has not judged the number yet: it has sent too little."), facts=facts)


def check_test(subject: Subject) -> Finding:
    """Did a test message leave, and did word of it come back?"""
    number = PhoneNumber.objects.select_related("pulse").defer("app_secret").get(pk=_number(subject).pk)
    choices = tuple(_templates(subject))
    if number.tested_at is None:
        advice = _("Send one to a phone of yours: it proves the way there, and the way back.")
        return Finding(State.TODO, _("No test message was sent yet."), advice, offers=("test",), choices=choices)
    heard_at = number.pulse.last_heard_at if hasattr(number, "pulse") else None
    if heard_at and heard_at >= number.tested_at:
        text = _("A test message left, and word from WhatsApp came back.")
        return Finding(State.OK, text, offers=("test",), choices=choices)
    if timezone.now() < number.tested_at + ANSWER_MAY_TAKE:
        text = _("WhatsApp took the test message. Waiting for word of it…")
        return Finding(State.UNKNOWN, text, offers=("test",), choices=choices, is_waiting=True)
    return Finding(
        State.WRONG,
        _("WhatsApp took the test message, but no word of it came back."),
        _("See the steps “Webhooks” and “Address” above. The app must be live at Meta, and subscribed to messages."),
        offers=("test",),
        choices=choices,
    )


def _number(subject: Subject) -> PhoneNumber:
    if subject.number is None:
        raise ValueError("this step is about a number")
    return subject.number


def _our_address() -> str:
    return settings.PUBLIC_URL + health.CALLBACK_PATH if settings.PUBLIC_URL else ""


def _facts(*pairs: tuple[str | Promise, Any]) -> tuple[tuple[str | Promise, str], ...]:
    return tuple((name, str(value)[:300]) for name, value in pairs if value)


def _blocked(told: Any) -> tuple[str, str] | None:
    """What Meta's own health check says against sending, and its advice; None when nothing does."""
    if not isinstance(told, dict) or told.get("can_send_message") not in ("BLOCKED", "LIMITED"):
        return None
    entities = [one for one in told.get("entities") or () if isinstance(one, dict)]
    errors = [error for one in entities for error in one.get("errors") or () if isinstance(error, dict)]
    said = " ".join(str(error.get("error_description") or "") for error in errors).strip()[:400]
    solution = " ".join(str(error.get("possible_solution") or "") for error in errors).strip()[:400]
    if told["can_send_message"] == "BLOCKED":
        text = gettext("WhatsApp blocks sending. %(said)s") % {"said": said}
    else:
        text = gettext("WhatsApp limits sending. %(said)s") % {"said": said}
    return text.strip(), solution or str(MANAGER)


def _templates(subject: Subject) -> list[tuple[str, str]]:
    """The approved templates that need nothing filled in; none when they cannot be read."""
    try:
        told = subject.get(f"{subject.account.waba_id}/message_templates", status="APPROVED", limit="50")
    except GraphError:
        return []
    entries = [one for one in told.get("data") or () if isinstance(one, dict) and one.get("status") == "APPROVED"]
    return [
        (f"{one['name']}|{one['language']}", f"{one['name']} ({one['language']})")
        for one in entries
        if _is_complete(one.get("components"))
    ]


def _is_complete(components: Any) -> bool:
    parts = components if isinstance(components, list) else []
    media = any(isinstance(part, dict) and part.get("format") in ("IMAGE", "VIDEO", "DOCUMENT") for part in parts)
    return bool(parts) and not media and "{{" not in str(parts)
