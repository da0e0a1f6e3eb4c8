"""What customers chose about marketing messages, in WhatsApp itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.audit import record
from contacts.actions.identities import contacts_of
from contacts.facts import MarketingChoice
from contacts.models import Contact
from numbers.routes import Routes


def apply_marketing_choices(facts: Sequence[MarketingChoice], routes: Routes) -> list[int]:
    """Note who stopped or resumed marketing; return the contacts for whom that is news.

    The newest choice by Meta's time counts, of two a stop. Runs inside the caller's transaction.
    """
    contacts = contacts_of([(fact.phone_number_id, fact.person, fact.at) for fact in facts], routes)
    by_rank = sorted(zip(facts, contacts, strict=True), key=lambda pair: _rank(pair[0]))
    newest = {contact: fact for fact, contact in by_rank}
    known = Contact.objects.select_for_update(no_key=True).filter(pk__in=newest).order_by("pk")
    return [contact.pk for contact in known if _apply(contact, newest[contact.pk])]


def _rank(fact: MarketingChoice) -> tuple[datetime, bool]:
    return fact.at, fact.value == "stop"


def _apply(contact: Contact, fact: MarketingChoice) -> bool:
    """Note a choice unless a newer one stands; return whether the customer changed their mind."""
    refused, refuses = contact.refuses_marketing, fact.value == "stop"
    if contact.marketing_choice_at and (contact.marketing_choice_at, refused) >= _rank(fact):
        return False
    contact.marketing_choice_at = fact.at
    contact.marketing_refused_at = fact.at if refuses else None
    contact.save(update_fields=["marketing_choice_at", "marketing_refused_at"])
    if refuses != refused:
        record("contact.marketing_stopped" if refuses else "contact.marketing_resumed", contact, by=None)
    return refuses != refused
