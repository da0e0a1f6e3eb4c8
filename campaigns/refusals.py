"""Why a verb about campaigns said no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lib.refusals import Refusal


class NotADraft(Refusal):
    text = _("This campaign has begun: what it sends, and to whom, stays as it is.")


class Unreadable(Refusal):
    """The file is no list; `text` of each subclass says why."""

    text = _("This file cannot be read. Save the spreadsheet as CSV and choose it again.")


class IsASpreadsheet(Unreadable):
    text = _("This is a spreadsheet, not a CSV. Save it as CSV (File, Save as) and choose it again.")


class TooLarge(Unreadable):
    text = _("A list has at most 32 MB. Leave out the columns that no variable needs.")


class EmptyList(Unreadable):
    text = _("There is nothing below the first line, which names the columns.")


class TooManyRows(Unreadable):
    text = _("A list has at most 100,000 lines. Divide it, and make a campaign of each part.")


class TooManyColumns(Unreadable):
    text = _("A list has at most 60 columns.")


class NobodyTalked(Refusal):
    text = _("Nobody wrote to this number in these days.")


class NotChecked(Refusal):
    text = _("Say which column fills what, and look at the check, before it is sent.")


class NobodyToSendTo(Refusal):
    text = _("Nobody of the list can be sent to.")


class TemplateNotSendable(Refusal):
    text = _("WhatsApp does not take this template now. Choose another, or wait until it is approved.")


class NotForCampaigns(Refusal):
    text = _("A list cannot fill this template: it asks for a place or for parts that Prosa does not fill.")


class StartIsPast(Refusal):
    text = _("This time is over. Choose one to come.")


class NotRunning(Refusal):
    text = _("This campaign is not being sent.")


class NotPaused(Refusal):
    text = _("This campaign is not paused.")


class IsOver(Refusal):
    text = _("This campaign is over.")


class NotScheduled(Refusal):
    text = _("This campaign is not scheduled.")
