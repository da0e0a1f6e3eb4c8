"""Why a verb of the inbox said no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lib.refusals import Refusal


class WindowClosed(Refusal):
    text = _("Outside the 24 h window. Send a template to resume the conversation.")


class ConversationClosed(Refusal):
    text = _("This conversation is closed. Reopen it to write.")


class AlreadyClosed(Refusal):
    text = _("This conversation is closed already.")


class AnotherIsOpen(Refusal):
    text = _("The customer has a newer open conversation on this number. Continue there.")


class NotAssignable(Refusal):
    text = _("This person does not work in a team of this conversation.")


class NotTransferable(Refusal):
    text = _("This person is not active in that team. Choose somebody who is, or a team.")


class TeamInactive(Refusal):
    text = _("This team does not work any more. Choose another one.")


class AlreadyThere(Refusal):
    text = _("The conversation is there already.")


class ClientKeyReused(Refusal):
    text = _("This message was sent before with another text. Reload the page and try again.")


class NotQuotable(Refusal):
    text = _("This message cannot be quoted: WhatsApp does not know it yet, or it is somebody else's.")


class NoOpenConversation(Refusal):
    text = _("This person has no open conversation with this number. Begin one with a template.")


class FileEmpty(Refusal):
    text = _("This file is empty.")


class FileTooLarge(Refusal):
    text = _("This file is too large: WhatsApp takes at most 100 MB.")


class FileGone(Refusal):
    text = _("A file of this message is no longer here. Choose it again.")


class TooManyFiles(Refusal):
    text = _("Too many files wait to be sent. Send or remove some first.")


class OptedOut(Refusal):
    text = _("This person asked for no more marketing.")


class NotFailed(Refusal):
    text = _("This message has no pending question. The page shows its present state.")


class InThePast(Refusal):
    text = _("This time is over. Choose a later one.")


class TooFarAhead(Refusal):
    text = _("Messages can be scheduled for the next 30 days. Choose an earlier time.")


class WindowClosedByThen(Refusal):
    text = _("By then the 24 h window is closed, and only a template can leave. Choose an earlier time.")


class NoLongerScheduled(Refusal):
    text = _("This message is not scheduled any more. The page shows its present state.")


class CustomerAnswered(Refusal):
    text = _("The customer answered first.")


class OthersConversation(Refusal):
    text = _("The customer is in a conversation on this number that is not yours to see.")
