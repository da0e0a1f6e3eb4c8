"""Whom a campaign goes to, one row for each line of its list."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign
from contacts.models import Contact
from inbox.models import Message


class Recipient(models.Model):
    """One line of a campaign's list, whatever became of it: none is ever dropped.

    WAITING lines are sent to in their order. SKIPPED ones say why. A HANDED one has its message, and how
    far that came is the message's own status.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("Waiting")
        SKIPPED = "SKIPPED", _("Left out")
        HANDED = "HANDED", _("Sent")

    class Reason(models.TextChoices):
        BROKEN = "BROKEN", _("The line has more or fewer cells than the header")
        NO_ADDRESS = "NO_ADDRESS", _("No phone")
        NOT_A_PHONE = "NOT_A_PHONE", _("Not a phone number")
        DUPLICATE = "DUPLICATE", _("Already in the list")
        OPTED_OUT = "OPTED_OUT", _("Asked for no more marketing")
        NO_VALUE = "NO_VALUE", _("A variable is empty")
        BAD_VALUE = "BAD_VALUE", _("WhatsApp does not take what a variable holds")
        STOPPED = "STOPPED", _("The campaign was stopped before")

    # Serves the campaign's recipients, and the deletion of a draft.
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="recipients", db_index=False, verbose_name=_("campaign")
    )
    line = models.PositiveIntegerField(_("line"))
    cells = models.JSONField(_("cells"), default=list)
    # The phone in its canonical form (contacts.phones), or portfolio and BSUID; only of who may be sent to.
    address = models.CharField(_("address"), max_length=200, null=True, editable=False)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=11, choices=Reason, blank=True)
    # Who it turned out to be when the message was made.
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("contact")
    )
    message = models.OneToOneField(
        Message, models.SET_NULL, null=True, related_name="recipient", verbose_name=_("message")
    )

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [
            # Serves the result page in the order of the list.
            models.UniqueConstraint(fields=["campaign", "line"], name="recipient_once_per_line"),
            # With or without the Brazilian ninth digit an address is one, and gets one message.
            models.UniqueConstraint(fields=["campaign", "address"], name="recipient_once_per_address"),
            # Serves the deletion of a contact; two addresses of one person get one message.
            models.UniqueConstraint(
                fields=["contact", "campaign"], condition=~Q(contact=None), name="recipient_once_per_contact"
            ),
            models.CheckConstraint(
                condition=Q(state="SKIPPED") | Q(reason=""), name="only_who_is_left_out_has_a_reason"
            ),
            models.CheckConstraint(condition=Q(state="HANDED") | Q(message=None), name="a_message_was_handed_over"),
            models.CheckConstraint(
                condition=~Q(state="HANDED") | Q(address__isnull=False), name="who_was_sent_to_has_an_address"
            ),
        ]
        indexes = [
            # Serves the dispatcher: who comes next.
            models.Index(fields=["campaign", "line"], condition=Q(state="WAITING"), name="recipients_waiting"),
            # Serves the look at the newest messages: does Graph still take the template?
            models.Index(
                fields=["campaign", "-message"], condition=Q(message__isnull=False), name="recipients_newest_sent"
            ),
            # Serves the result page of those left out.
            models.Index(
                fields=["campaign", "reason", "line"], condition=Q(state="SKIPPED"), name="recipients_skipped"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.line}"
