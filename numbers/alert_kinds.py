"""Every kind of alert: what it is about, how bad it is, its sentence, and what to do.

A newer alert of the same topic and subject ends the older ones. Sentences are filled with the alert's
particulars; Meta's own words among them are replaced by ours where we have some (WORDS).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

INFO, WARNING, CRITICAL = "INFO", "WARNING", "CRITICAL"


@dataclass(frozen=True, slots=True)
class Kind:
    topic: str
    severity: str
    sentence: str
    advice: str = ""


UNKNOWN = Kind("unknown", WARNING, _("WhatsApp reports something new: %(subject)s"))

SUPPORT = _("Open the WhatsApp Manager of this account, or Meta's business support.")
FIX_TEMPLATE = _("Open the template in the WhatsApp Manager. It cannot be sent until Meta approves it again.")

KINDS: dict[str, Kind] = {
    # The account (Meta: section 5.3)
    "account.deleted": Kind("account.status", CRITICAL, _("The account was deleted."), SUPPORT),
    "account.to_be_disabled": Kind(
        "account.status", CRITICAL, _("Meta will disable the account on %(date)s."), SUPPORT
    ),
    "account.disabled": Kind("account.status", CRITICAL, _("Meta disabled the account on %(date)s."), SUPPORT),
    "account.reinstated": Kind("account.status", INFO, _("Meta reinstated the account.")),
    "account.violation": Kind(
        "account.violation", WARNING, _("Meta found a violation of its policies: %(type)s"), SUPPORT
    ),
    "account.restricted": Kind(
        "account.restricted",
        CRITICAL,
        _("Meta restricted the account: %(type)s"),
        _("Customers who wrote within 24 hours can still be answered, unless it says otherwise."),
    ),
    "account.partner_added": Kind("account.partner", INFO, _("The account was shared with a partner.")),
    "account.partner_removed": Kind(
        "account.partner",
        CRITICAL,
        _("The account is no longer connected to its partner. %(reason)s"),
        _("Connect the account again; until then nothing is received or sent."),
    ),
    "account.app_installed": Kind("account.app", INFO, _("A partner's app was connected to the account.")),
    "account.app_removed": Kind(
        "account.app",
        WARNING,
        _("A partner's app was disconnected from the account."),
        _("If it was not meant to be, connect the app again."),
    ),
    "account.offboarded": Kind(
        "account.connection",
        CRITICAL,
        _("The account was disconnected from the platform."),
        _("Connect the number again on the phone, in the WhatsApp Business app."),
    ),
    "account.reconnected": Kind("account.connection", INFO, _("The account is connected again.")),
    "account.pricing_tier": Kind(
        "account.pricing_tier", INFO, _("New price tier by volume: %(category)s, %(tier)s, %(month)s")
    ),
    "account.country": Kind("account.country", INFO, _("The business's main country is now %(country)s.")),
    "account.international_rates": Kind(
        "account.international_rates", INFO, _("International rates apply to authentication templates.")
    ),
    "account.marketing_terms": Kind(
        "account.marketing_terms", INFO, _("The terms of the marketing messages API were accepted.")
    ),
    "account.ads_linked": Kind("account.ads", INFO, _("An ad account was linked.")),
    "account.certification": Kind("account.certification", INFO, _("Certification as a partner's client: %(status)s")),
    "account.verified": Kind("account.verified", INFO, _("The account was verified.")),
    "account.event": Kind("account.event", WARNING, _("WhatsApp reports a new event of the account: %(subject)s")),
    "account.review_approved": Kind("account.review", INFO, _("Meta approved the account.")),
    "account.review_pending": Kind("account.review", INFO, _("Meta is reviewing the account.")),
    "account.review_rejected": Kind("account.review", CRITICAL, _("Meta rejected the account."), SUPPORT),
    "account.limit": Kind("account.limit", INFO, _("Messaging limit of the business: %(limit)s")),
    # account_alerts: Meta's own words
    "meta.alert": Kind("meta.alert", WARNING, _("%(type)s %(description)s"), SUPPORT),
    "meta.alert_over": Kind("meta.alert", INFO, _("No longer holds: %(type)s %(description)s")),
    # Numbers (Meta: section 5.2)
    "number.connected": Kind("number.onboarding", INFO, _("The number is connected. Messaging limit: %(limit)s")),
    "number.faster": Kind("number.throughput", INFO, _("The number may send faster now.")),
    "number.limit": Kind("number.limit", INFO, _("New messaging limit: %(limit)s")),
    "number.limit_lowered": Kind(
        "number.limit",
        WARNING,
        _("Meta lowered the messaging limit to %(limit)s."),
        _("Send fewer messages that customers did not ask for; the limit rises again with good quality."),
    ),
    "number.flagged": Kind(
        "number.flag",
        WARNING,
        _("Meta flagged the number for low quality."),
        _("Customers block or report its messages. Pause campaigns and look at what was sent lately."),
    ),
    "number.unflagged": Kind("number.flag", INFO, _("The number is no longer flagged.")),
    "number.quality_event": Kind("number.quality_event", INFO, _("WhatsApp reports of the number: %(subject)s")),
    "number.name_approved": Kind(
        "number.name",
        INFO,
        _("Meta approved the display name “%(name)s”."),
        _("Register the number again within 14 days to make it visible."),
    ),
    "number.name_pending": Kind("number.name", INFO, _("Meta is reviewing the display name “%(name)s”.")),
    "number.name_rejected": Kind(
        "number.name",
        WARNING,
        _("Meta rejected the display name “%(name)s”. %(reason)s"),
        _("Ask for another name in the WhatsApp Manager."),
    ),
    "number.username": Kind("number.username", INFO, _("Username “%(username)s”: %(status)s")),
    "number.pin": Kind(
        "number.pin",
        WARNING,
        _("Security of the number: %(event)s"),
        _("If nobody of yours did it, change the PIN in the WhatsApp Manager now."),
    ),
    "number.calling": Kind("number.calling", INFO, _("The settings of calls changed: %(calling)s")),
    "number.error": Kind("number.error", WARNING, _("WhatsApp reports error %(code)s: %(title)s %(detail)s")),
    # Our own checks (numbers.health, numbers.silence)
    "number.quality_low": Kind(
        "number.quality_low",
        WARNING,
        _("The quality of the number is low."),
        _("Customers block or report its messages. Pause campaigns and look at what was sent lately."),
    ),
    "number.unusable": Kind("number.unusable", CRITICAL, _("The number cannot send or receive: %(status)s"), SUPPORT),
    "account.blocked": Kind(
        "account.circuit",
        CRITICAL,
        _("WhatsApp refuses our access to the account, and nothing is sent: %(reason)s"),
        _("Renew the access token of the account, or its rights. What waits leaves by itself after that."),
    ),
    "number.blocked": Kind(
        "number.circuit",
        CRITICAL,
        _("WhatsApp refuses the number's messages, and nothing is sent: %(reason)s"),
        _("Look at the number and its account in the WhatsApp Manager. What waits leaves by itself after that."),
    ),
    "number.unanswered": Kind(
        "number.circuit",
        CRITICAL,
        _("WhatsApp does not answer, and messages of the number wait: %(reason)s"),
        _("They leave by themselves once it answers. If it lasts, look at metastatus.com and at our connection."),
    ),
    "number.silent": Kind(
        "number.silent",
        CRITICAL,
        _("Nothing was heard of the number for %(hours)s hours."),
        _("Write to it from a phone. If nothing comes, check the number with WhatsApp."),
    ),
    "drift.unsubscribed": Kind(
        "drift.unsubscribed",
        CRITICAL,
        _("Our app is not subscribed to the account: its messages do not come here."),
        _("Subscribe the app again (POST /{WABA}/subscribed_apps)."),
    ),
    "drift.callback": Kind(
        "drift.callback",
        CRITICAL,
        _("Messages of the number go to another address: %(callback)s"),
        _("Set the callback address back to ours in the app, the account or the number."),
    ),
    "drift.callback_changed": Kind(
        "drift.callback_changed",
        WARNING,
        _("The address that messages of the number go to changed to %(callback)s"),
        _("Make sure that it is this installation."),
    ),
    "check.refused": Kind(
        "check.refused",
        WARNING,
        _("WhatsApp could not be asked: %(reason)s"),
        _("Look at the access token of the account, and at its rights."),
    ),
    # Templates (Meta: section 5.1)
    "template.usable": Kind("template.status", INFO, _("Template %(subject)s may be sent: %(status)s")),
    "template.status": Kind("template.status", INFO, _("Template %(subject)s: %(status)s")),
    "template.stopped": Kind(
        "template.status", WARNING, _("Template %(subject)s may not be sent: %(status)s %(reason)s"), FIX_TEMPLATE
    ),
    "template.quality": Kind("template.quality", INFO, _("Quality of template %(subject)s: %(quality)s")),
    "template.quality_low": Kind(
        "template.quality",
        WARNING,
        _("Quality of template %(subject)s is low: %(quality)s"),
        _("Customers block or report it. Meta pauses it if that goes on."),
    ),
    "template.content": Kind("template.content", INFO, _("The content of template %(subject)s was changed.")),
    "template.category_coming": Kind(
        "template.category",
        WARNING,
        _("Template %(subject)s becomes %(category)s."),
        _("The price changes with it. Ask for a review in the WhatsApp Manager if it is wrong."),
    ),
    "template.category": Kind(
        "template.category",
        WARNING,
        _("Template %(subject)s is %(category)s now."),
        _("The price changes with it. Ask for a review in the WhatsApp Manager if it is wrong."),
    ),
    # Our own campaigns
    "campaign.paused": Kind(
        "campaign.paused",
        WARNING,
        _("Campaign “%(subject)s” was paused: WhatsApp no longer takes the template %(template)s."),
        _("Resume it once the template is approved again, or stop it. What has left is not sent again."),
    ),
    # Flows and payments (Meta: section 5.5)
    "flow.status": Kind("flow.status", INFO, _("Flow %(subject)s: %(status)s")),
    "flow.limited": Kind(
        "flow.status",
        WARNING,
        _("Flow %(subject)s: %(status)s"),
        _("A throttled flow is sent 10 times an hour at most, a blocked one neither sent nor opened."),
    ),
    "flow.failing": Kind(
        "flow.health",
        WARNING,
        _("A flow has trouble (%(event)s): %(message)s"),
        _("Look at the flow's endpoint and at its errors in the WhatsApp Manager."),
    ),
    "flow.recovered": Kind("flow.health", INFO, _("A flow works again (%(event)s): %(message)s")),
    "flow.expiring": Kind(
        "flow.expiring", WARNING, _("A flow's version expires: %(message)s"), _("Publish the flow in a newer version.")
    ),
    "payment.configuration": Kind(
        "payment.configuration", INFO, _("Payment configuration %(subject)s of %(provider)s: %(status)s")
    ),
}

WORDS: dict[str, str] = {
    "RESTRICTED_BIZ_INITIATED_MESSAGING": _("conversations cannot be started by us"),
    "RESTRICTED_ADD_PHONE_NUMBER_ACTION": _("numbers cannot be added"),
    "RESTRICTED_CUSTOMER_INITIATED_MESSAGING": _("customers cannot be answered"),
    "PRIMARY_INACTIVITY": _("The phone was not used for too long."),
    "PIN_CHANGED": _("the PIN was changed"),
    "PIN_RESET_REQUEST": _("somebody asked to reset the PIN"),
    "PIN_REQUEST_SUCCESS": _("the PIN was reset"),
    "APPROVED": _("approved"),
    "REINSTATED": _("reinstated"),
    "UNARCHIVED": _("back from the archive"),
    "REJECTED": _("rejected"),
    "PENDING": _("in review"),
    "DEFERRED": _("put off"),
    "PAUSED": _("paused"),
    "DISABLED": _("disabled"),
    "FLAGGED": _("flagged"),
    "IN_APPEAL": _("in appeal"),
    "LIMIT_EXCEEDED": _("limit exceeded"),
    "LOCKED": _("locked"),
    "ARCHIVED": _("archived"),
    "DELETED": _("deleted"),
    "PENDING_DELETION": _("about to be deleted"),
    "approved": _("approved"),
    "reserved": _("reserved"),
    "deleted": _("deleted"),
    "GREEN": _("high"),
    "YELLOW": _("medium"),
    "RED": _("low"),
    "UNKNOWN": _("unknown"),
    "MARKETING": _("marketing"),
    "UTILITY": _("utility"),
    "AUTHENTICATION": _("authentication"),
    "DRAFT": _("draft"),
    "PUBLISHED": _("published"),
    "DEPRECATED": _("deprecated"),
    "BLOCKED": _("blocked"),
    "THROTTLED": _("throttled"),
    "ENABLED": _("enabled"),
    "TIER_NOT_SET": _("not set"),
    "TIER_50": _("50 people a day"),
    "TIER_250": _("250 people a day"),
    "TIER_1K": _("1,000 people a day"),
    "TIER_2K": _("2,000 people a day"),
    "TIER_10K": _("10,000 people a day"),
    "TIER_100K": _("100,000 people a day"),
    "TIER_UNLIMITED": _("unlimited"),
    "CONNECTED": _("connected"),
    "DISCONNECTED": _("disconnected"),
    "BANNED": _("banned"),
    "RESTRICTED": _("restricted"),
    "RATE_LIMITED": _("rate limited"),
    "MIGRATED": _("migrated"),
    "UNVERIFIED": _("not verified"),
    "NOT_VERIFIED": _("not verified"),
    "VERIFIED": _("verified"),
    "AVAILABLE_WITHOUT_REVIEW": _("usable without review"),
    "PENDING_REVIEW": _("in review"),
    "DECLINED": _("rejected"),
    "EXPIRED": _("expired"),
    "STANDARD": _("standard"),
    "HIGH": _("high"),
    "BIZ_APP": _("shared with the app on the phone"),
    "NOT_APPLICABLE": _("not applicable"),
}
"""Meta's words and ours; one that is missing is shown as Meta wrote it."""


def kind_of(name: str) -> Kind:
    """Return a kind by its name; a name of another version of Prosa is the unknown kind."""
    return KINDS.get(name, UNKNOWN)


def word(value: str) -> str:
    """Return Meta's word in the language of who reads."""
    return gettext(WORDS[value]) if value in WORDS else value


def status_word(status: str) -> str:
    """Say a number's status; PENDING is a review elsewhere, and here a registration that is not done."""
    return gettext("pending") if status == "PENDING" else word(status)


def worded(particulars: Mapping[str, Any]) -> defaultdict[str, str]:
    """Return what a sentence is filled with; what is missing is empty."""
    return defaultdict(str, {name: word(str(value)) for name, value in particulars.items()})
