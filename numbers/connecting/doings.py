"""What Prosa can do itself to connect a number. Each asks Graph, then writes one audit row; none keeps a PIN or code.

Raise GraphError when Graph refuses, PermissionDenied when somebody else than an administrator asks.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from lib import graph
from lib.graph import GraphError
from numbers import health
from numbers.connecting.findings import PATIENCE, Subject
from numbers.models import PhoneNumber
from numbers.rights import check_may_manage
from numbers.sync import sync_account


def subscribe_app(subject: Subject, *, by: User) -> None:
    """Let our app be told what happens in the account, at the address the app has at Meta."""
    check_may_manage(by)
    subject.post(f"{subject.account.waba_id}/subscribed_apps")
    record("account.subscribed", subject.account, by=by)
    health.check_account(subject.account)


def read_account(subject: Subject, *, by: User) -> None:
    """Take over the account's name, portfolio and numbers as Graph tells them."""
    check_may_manage(by)
    sync_account(subject.account.waba_id, by=by)
    record("account.read", subject.account, by=by)


def set_callback(subject: Subject, *, by: User) -> None:
    """Let the number's messages come to our address; WhatsApp asks it for the challenge meanwhile."""
    number = _number(subject, by)
    address = settings.PUBLIC_URL + health.CALLBACK_PATH
    override = {"override_callback_uri": address, "verify_token": settings.WHATSAPP_VERIFY_TOKEN}
    subject.post(number.phone_number_id, webhook_configuration=override)
    record("number.callback_set", number, by=by, callback=address)
    health.check_number(number)


def request_code(subject: Subject, *, method: str, by: User) -> None:
    """Let WhatsApp send a code to the number, by SMS or VOICE."""
    number = _number(subject, by)
    subject.post(f"{number.phone_number_id}/request_code", code_method=method, language="pt_BR")
    record("number.code_requested", number, by=by, method=method)


def verify_code(subject: Subject, *, code: str, by: User) -> None:
    """Give back the code that came to the number."""
    number = _number(subject, by)
    subject.post(f"{number.phone_number_id}/verify_code", code=code)
    record("number.verified", number, by=by)


def register(subject: Subject, *, pin: str, by: User) -> None:
    """Register the number with the PIN of its two-step verification; Graph takes ten tries in 72 hours."""
    number = _number(subject, by)
    subject.post(f"{number.phone_number_id}/register", messaging_product="whatsapp", pin=pin)
    record("number.registered", number, by=by)
    health.check_number(number)


def send_test(subject: Subject, *, phone: str, template: str, by: User) -> None:
    """Send a text, or the template "name|language", to a phone in digits; even while the number is paused."""
    number = _number(subject, by)
    outcome = graph.client(patience=PATIENCE).send_message(
        number.phone_number_id,
        _test_payload(phone, template),
        token=number.token,
        app_secret=number.secret_for_proof,
    )
    match outcome:
        case graph.Accepted():
            PhoneNumber.objects.filter(pk=number.pk).update(tested_at=timezone.now())
            record("number.tested", number, by=by, template=template)
        case graph.Rejected(code, detail):
            raise GraphError(f"Graph answered {code}: {detail}", code=code, detail=detail)
        case graph.NotSent(detail) | graph.Unknown(detail):
            raise GraphError(f"Graph did not answer: {detail}")


def _test_payload(phone: str, template: str) -> dict[str, Any]:
    to = {"messaging_product": "whatsapp", "to": f"+{phone}"}
    if not template:
        return to | {"type": "text", "text": {"body": "Teste do Prosa. Esta mensagem pode ser ignorada."}}
    name, _, language = template.partition("|")
    return to | {"type": "template", "template": {"name": name, "language": {"code": language}}}


def _number(subject: Subject, by: User) -> PhoneNumber:
    check_may_manage(by)
    if subject.number is None:
        raise ValueError("this is done to a number")
    return subject.number
