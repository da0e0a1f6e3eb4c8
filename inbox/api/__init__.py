"""The REST resources of the inbox: contacts, conversations, messages, media; all over its selectors and verbs."""

from inbox.api.contacts import ContactViewSet
from inbox.api.conversations import ConversationViewSet
from inbox.api.media import MediaViewSet
from inbox.api.messages import ConversationMessageViewSet, MessageViewSet
from inbox.api.scheduled import ScheduledMessageViewSet
from inbox.api.template_messages import SendTemplate

__all__ = [
    "ContactViewSet",
    "ConversationMessageViewSet",
    "ConversationViewSet",
    "MediaViewSet",
    "MessageViewSet",
    "ScheduledMessageViewSet",
    "SendTemplate",
]
