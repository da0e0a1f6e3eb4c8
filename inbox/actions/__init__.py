"""Every verb of the inbox, called through this module: `actions.send_message(...)`."""

from inbox.actions.amend import apply_amendments
from inbox.actions.assign import assign_conversation, take_conversation
from inbox.actions.attachments import retry_attachment
from inbox.actions.bulk import Bulk, lock_unsent, queue_bulk, retract_messages
from inbox.actions.close import close_conversation, reopen_conversation
from inbox.actions.consent import receive_marketing_choices
from inbox.actions.files import discard_file, stage_file
from inbox.actions.merge import follow, gather_strays, merge_contacts, undo_merge
from inbox.actions.read import mark_read
from inbox.actions.readings import note_reading
from inbox.actions.receive import receive_messages
from inbox.actions.refusals import (
    AlreadyClosed,
    AlreadyThere,
    AnotherIsOpen,
    ClientKeyReused,
    ConversationClosed,
    CustomerAnswered,
    FileEmpty,
    FileGone,
    FileTooLarge,
    InThePast,
    NoLongerScheduled,
    NotAssignable,
    NotFailed,
    NotQuotable,
    NotTransferable,
    OptedOut,
    OthersConversation,
    TeamInactive,
    TooFarAhead,
    TooManyFiles,
    WindowClosed,
    WindowClosedByThen,
)
from inbox.actions.schedule import cancel_scheduled, change_scheduled, schedule_message
from inbox.actions.send import confirm_sent, resend_message, send_message, send_messages
from inbox.actions.start import start_conversation
from inbox.actions.statuses import apply_statuses, settle_parked
from inbox.actions.telling import tell_typing
from inbox.actions.transfer import transfer_conversation
from lib.refusals import Refusal

__all__ = [
    "AlreadyClosed",
    "AlreadyThere",
    "AnotherIsOpen",
    "Bulk",
    "ClientKeyReused",
    "ConversationClosed",
    "FileEmpty",
    "FileGone",
    "FileTooLarge",
    "NotAssignable",
    "NotFailed",
    "NotQuotable",
    "NotTransferable",
    "OptedOut",
    "OthersConversation",
    "Refusal",
    "TeamInactive",
    "CustomerAnswered",
    "InThePast",
    "NoLongerScheduled",
    "TooFarAhead",
    "WindowClosedByThen",
    "TooManyFiles",
    "WindowClosed",
    "apply_amendments",
    "apply_statuses",
    "assign_conversation",
    "cancel_scheduled",
    "change_scheduled",
    "close_conversation",
    "confirm_sent",
    "discard_file",
    "follow",
    "gather_strays",
    "lock_unsent",
    "mark_read",
    "merge_contacts",
    "note_reading",
    "queue_bulk",
    "receive_marketing_choices",
    "receive_messages",
    "reopen_conversation",
    "resend_message",
    "retract_messages",
    "retry_attachment",
    "schedule_message",
    "send_message",
    "send_messages",
    "tell_typing",
    "settle_parked",
    "stage_file",
    "start_conversation",
    "take_conversation",
    "transfer_conversation",
    "undo_merge",
]
