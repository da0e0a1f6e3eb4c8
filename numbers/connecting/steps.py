"""The steps in their order: what each is about, how it is looked at, and what may be done in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lib.encryption import CannotDecrypt
from numbers.connecting import checks
from numbers.connecting.findings import Finding, State, Subject
from numbers.connecting.tokens import check_token
from numbers.connecting.words import UNOPENED


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that Meta needs; `touches` are the steps that what is done here may change."""

    name: str
    title: str | Promise
    why: str | Promise
    check: Callable[[Subject], Finding]
    touches: tuple[str, ...] = ()

    def look(self, subject: Subject) -> Finding:
        """Return what is found, also where a stored secret opens no more."""
        try:
            return self.check(subject)
        except CannotDecrypt:
            offers = ("secrets",) if self.name == "token" else ()
            return Finding(State.WRONG, *UNOPENED, offers=offers)


STEPS = (
    Step("token", _("Token"), _("With it Prosa speaks to WhatsApp in your name."), check_token),
    Step("account", _("WhatsApp account"), _("The account (WABA) that owns the number."), checks.check_account),
    Step(
        "subscription",
        _("Webhooks"),
        _("WhatsApp tells only subscribed apps what happens in the account."),
        checks.check_subscription,
        touches=("callback",),
    ),
    Step("callback", _("Address"), _("Where WhatsApp delivers the number's messages."), checks.check_callback),
    Step(
        "registration",
        _("Registration"),
        _("A number is verified with a code and registered with a PIN before it can send."),
        checks.check_registration,
        touches=("quality",),
    ),
    Step(
        "quality",
        _("Quality and limits"),
        _("How Meta judges the number, and how much it may send."),
        checks.check_quality,
    ),
    Step("test", _("Test message"), _("Proves the way to WhatsApp and back."), checks.check_test),
)
ACCOUNT_STEPS = STEPS[:3]
