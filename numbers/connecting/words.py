"""Why Graph refused, in words: what is true and how to mend it, by Meta's numeric code (Meta: section 10)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lib.graph import GraphError
from numbers.connecting.findings import Finding, State

Words = tuple[str | Promise, str | Promise]

NEW_TOKEN = _(
    "In Meta's Business settings, under System users, generate a token for this app with the rights "
    "whatsapp_business_messaging and whatsapp_business_management, and save it here."
)
ASSIGN = _(
    "In Meta's Business settings, give the system user full control of this WhatsApp account and of the app, "
    "then generate the token again with both WhatsApp rights."
)
MANAGER = _("Open the WhatsApp Manager of this account: it says why, and how to ask for a review.")
LATER = _("Nothing has to be changed. Check again in a few minutes.")

UNREACHABLE: Words = (
    _("WhatsApp could not be reached."),
    _("See that this server may open https://graph.facebook.com, then check again."),
)
WRONG_SECRET: Words = (
    _("The app secret stored here does not belong to the app of this token."),
    _("Copy the secret from the app's settings at Meta (Basic), and save it here."),
)
NOT_FOUND: Words = (
    _("WhatsApp knows no such id, or this token may not see it."),
    _("Compare the id with the one in the WhatsApp Manager. If it is right, the system user lacks this account."),
)
NO_RIGHT: Words = (_("The token lacks the right to do this."), ASSIGN)
UNAVAILABLE: Words = (_("WhatsApp is unavailable for the moment."), LATER)
TOO_MANY: Words = (_("Too many calls for this account in a short time."), LATER)

TOKENS: dict[int | None, Words] = {
    463: (_("The token has expired."), NEW_TOKEN),
    467: (_("The token is not valid: it was copied wrongly or revoked."), NEW_TOKEN),
    458: (_("The app was removed from the account of whoever made the token."), NEW_TOKEN),
    460: (_("The password of whoever made the token was changed, which ended it."), NEW_TOKEN),
}
REFUSED_TOKEN: Words = (_("WhatsApp does not accept the token."), NEW_TOKEN)

CODES: dict[int | None, Words] = {
    0: REFUSED_TOKEN,
    **dict.fromkeys((3, 10, 131005, *range(200, 300)), NO_RIGHT),
    **dict.fromkeys((33, 803), NOT_FOUND),
    **dict.fromkeys((1, 2, 131000, 131016, 131057, 133004, 2494100), UNAVAILABLE),
    **dict.fromkeys((4, 17, 32, 613, 80007, 130429), TOO_MANY),
    368: (_("Meta has blocked the account for a violation of its policies."), MANAGER),
    2200: (
        _("WhatsApp asked our address for the challenge and did not get it back."),
        _(
            "The address must be reachable from the internet over HTTPS with a valid certificate, and answer with "
            "the same verify token (WHATSAPP_VERIFY_TOKEN)."
        ),
    ),
    131021: (_("A number cannot write to itself."), _("Enter another phone.")),
    131026: (
        _("This phone cannot be reached on WhatsApp."),
        _("See that it has WhatsApp, an up-to-date version and the terms accepted, or use another phone."),
    ),
    131030: (
        _("A test number only reaches the phones on its list."),
        _("Add the phone to the list of recipients in the app's panel at Meta (API Setup)."),
    ),
    131031: (
        _("The account is locked, or the PIN does not fit."),
        _("If the PIN is right, open the WhatsApp Manager: it says why the account is locked."),
    ),
    131037: (
        _("The number's display name is not approved yet."),
        _("Wait for the approval, or ask for another name in the WhatsApp Manager."),
    ),
    131042: (
        _("The account's payment method has a problem."),
        _("Mend it in Meta's Business settings, under Payments."),
    ),
    131045: (_("The number's registration is broken."), _("Register the number again.")),
    131047: (
        _("This person has not written to the number within 24 hours."),
        _("Write to the number from that phone first, or send an approved template."),
    ),
    131048: (_("Too many people blocked or reported this number; Meta limits it."), MANAGER),
    132001: (_("This template does not exist in this language, or is not approved."), _("Choose another template.")),
    133000: (
        _("The number was not taken out of service completely."),
        _("Register it again in a few minutes. If that fails, remove it in the WhatsApp Manager and add it anew."),
    ),
    133005: (
        _("The PIN is wrong."),
        _(
            "It is the one of the number's two-step verification. If nobody knows it, set a new one in the WhatsApp "
            "Manager, under the number's settings."
        ),
    ),
    133006: (_("The number has to be verified before it is registered."), _("Ask for a code below, and enter it.")),
    133008: (
        _("The PIN was entered wrongly too often."),
        _("WhatsApp takes it again after a while. Look the PIN up before the next try."),
    ),
    133009: (_("The PIN was entered too fast one after the other."), _("Wait some minutes, then try again.")),
    133010: (_("The number is not registered."), _("Register it: enter its PIN in the step above.")),
    133015: (
        _("The number was deleted a moment ago, and that is not finished."),
        _("Register it again in about five minutes."),
    ),
    133016: (
        _("The number was registered or taken out of service too often: ten times in 72 hours is the most."),
        _("Try again after three days. Other numbers are not concerned."),
    ),
    136024: (
        _("WhatsApp did not send or take the code."),
        _("See that the phone takes calls and text messages, wait some minutes and ask for a new code."),
    ),
}
UNOPENED: Words = (
    _("The stored token or app secret does not open with the keys of this installation."),
    _("Save both anew in the step “Token”, or give FIELD_KEYS back the key that sealed them."),
)
PASSING = frozenset({None, 1, 2, 4, 17, 32, 613, 80007, 130429, 131000, 131016, 131057, 133004, 2494100})
"""Refusals that say nothing about the step: it is not known how it stands."""
OF_TOKEN = frozenset({0, 190})
OF_ACCESS = frozenset({3, 10, 33, 100, 803, 131005, *range(200, 300)})
"""The token was accepted, and does not reach what was asked for."""


def explain(error: GraphError, *, offers: tuple[str, ...] = ()) -> Finding:
    """Say why Graph refused, what to do, and whether that makes the step wrong or leaves it unknown."""
    state = State.UNKNOWN if error.code in PASSING else State.WRONG
    text, advice = _words(error)
    return Finding(state, text, advice, offers=offers)


def _words(error: GraphError) -> Words:
    if error.code == 190:
        return TOKENS.get(error.subcode, REFUSED_TOKEN)
    if error.code == 100 and "appsecret_proof" in str(error):
        return WRONG_SECRET
    if error.code == 100 and error.subcode == 33:
        return NOT_FOUND
    if error.code is None:
        return UNREACHABLE
    return CODES.get(error.code) or (
        gettext("WhatsApp refused (%(code)s): %(detail)s") % {"code": error.code, "detail": error.detail},
        MANAGER,
    )
