"""A conversation that we begin: the person is found by an identity, never guessed, and met where they are."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from contacts import phones
from contacts.actions import Sighting, identify
from contacts.refusals import NotAPhone
from inbox.actions.refusals import OthersConversation
from inbox.models import Conversation
from numbers.models import PhoneNumber


def start_conversation(number: PhoneNumber, *, phone: str = "", bsuid: str = "", by: User | None) -> Conversation:
    """Return the conversation of a person with a number that is not closed, opening one where there is none.

    The person is named by a phone or a BSUID; a contact is made where nobody has it. A new conversation
    waits for the customer: PENDING, nobody's, and no message yet. Raise NotAPhone, or OthersConversation
    where `by` does not see the one that is open.
    """
    key = phones.dialled(phone) if phone else ""
    if not (key or bsuid):
        raise NotAPhone
    now = timezone.now()
    sighting = Sighting(number.waba.portfolio, bsuid=bsuid, phone=key, username="", profile_name="", at=now)
    with transaction.atomic():
        contact = identify([sighting])[sighting.person]
        Conversation.objects.bulk_create(
            [Conversation(contact_id=contact, number=number, status=Conversation.Status.PENDING, last_message_at=now)],
            ignore_conflicts=True,
        )
        found = Conversation.objects.filter(~Q(status=Conversation.Status.CLOSED), contact=contact, number=number).get()
        if by and not Conversation.objects.visible_to(by).filter(pk=found.pk).exists():
            raise OthersConversation
    return found
