"""What the views of a conversation share: finding it through the person, and what its header and composer need."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404

from accounts.requests import PersonRequest
from inbox import selectors
from inbox.models import Conversation


def find_conversation(request: PersonRequest, pk: int) -> Conversation:
    """Return a conversation that the person sees; 404 for any other."""
    visible = selectors.rows_for_display() & Conversation.objects.visible_to(request.user)
    return get_object_or_404(visible, pk=pk)


def thread_state(request: PersonRequest, conversation: Conversation) -> dict[str, Any]:
    """What the thread's header and composer need; they differ from viewer to viewer."""
    return {
        "conversation": conversation,
        "is_mine": conversation.assignee_id == request.user.pk,
        "people": selectors.assignable_people(conversation),
        "scheduled_messages": selectors.scheduled_for_display(conversation),
        "client_key": uuid.uuid4(),
    }
