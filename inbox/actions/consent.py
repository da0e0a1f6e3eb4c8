"""What customers choose about marketing, shown where people talk with them."""

from __future__ import annotations

from collections.abc import Sequence

from contacts.actions import apply_marketing_choices
from contacts.facts import MarketingChoice
from inbox import broadcasts
from inbox.models import Conversation
from numbers.routes import Routes


def receive_marketing_choices(facts: Sequence[MarketingChoice], routes: Routes) -> None:
    """Note choices, and let the threads of whoever changed their mind ask again; in the caller's transaction."""
    changed = apply_marketing_choices(facts, routes)
    for conversation in Conversation.objects.not_closed().filter(contact__in=changed).order_by("pk"):
        broadcasts.conversation_changed(conversation)
