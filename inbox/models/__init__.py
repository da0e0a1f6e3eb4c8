"""The product's nouns: conversations, their messages, who looks after them."""

from inbox.models.amendment import Amendment
from inbox.models.attachment import Attachment, StagedFile, StoredFile, Upload
from inbox.models.conversation import Assignment, Conversation, Transfer
from inbox.models.message import Message, MessageReceipt, ParkedStatus
from inbox.models.read_mark import ReadMark
from inbox.models.scheduled import ScheduledMessage
from inbox.models.sending import RecipientPace, SendAttempt

__all__ = [
    "Amendment",
    "Assignment",
    "Attachment",
    "Conversation",
    "Message",
    "MessageReceipt",
    "ParkedStatus",
    "ReadMark",
    "RecipientPace",
    "ScheduledMessage",
    "SendAttempt",
    "StagedFile",
    "StoredFile",
    "Transfer",
    "Upload",
]
