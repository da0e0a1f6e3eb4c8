"""Turn recipients into messages, a little ahead of what is sent: the `campaigns` lane.

One transaction makes the messages of a chunk and notes them at their recipients, so a process that dies
leaves either both or neither. The campaign's row is locked meanwhile: pausing waits for the chunk, then
takes back what has not left.
"""

from __future__ import annotations

import structlog
from django.db import transaction
from django.utils import timezone

from campaigns.actions.running import rest_campaign
from campaigns.handing import hand_over
from campaigns.models import Campaign, Recipient
from inbox.models import Message
from lib import pulse
from messaging.errors import TEMPLATE_STOPPED
from numbers.models import PhoneNumber

log = structlog.get_logger(__name__)

AHEAD_SECONDS = 2.5
"""How many seconds of a number's pace are made ahead: the pulse looks once a second."""
LEAST_AHEAD = 20
CHUNK = 500
"""Messages of one transaction."""
LATEST = 500
"""Messages that are looked at for Graph's refusal of the template."""


def dispatch_due() -> None:
    """Start what is due and go on with what runs, until each is far enough ahead or done."""
    start_due()
    busy = True
    while busy and not pulse.stopping.is_set():
        live = Campaign.objects.filter(state=Campaign.State.RUNNING).order_by("pk").values_list("pk", flat=True)
        # Each does a chunk before any does its next: campaigns take turns.
        steps = [_step(campaign) for campaign in list(live)]
        busy = any(steps)


def start_due() -> int:
    """Let scheduled campaigns run whose time has come; return how many."""
    now = timezone.now()
    due = Campaign.objects.filter(state=Campaign.State.SCHEDULED, starts_at__lte=now)
    return due.update(state=Campaign.State.RUNNING, started_at=now, running_since=now)


def _step(pk: int) -> bool:
    """Do one chunk of a campaign; False when there is nothing to do for now. One's trouble is not the others'."""
    try:
        with transaction.atomic():
            campaign = _claim(pk)
            return campaign is not None and _advance(campaign)
    except Exception:
        log.exception("campaign.step_failed", campaign=pk)
        return False


def _claim(pk: int) -> Campaign | None:
    running = Campaign.objects.filter(pk=pk, state=Campaign.State.RUNNING).select_related("template", "number__waba")
    return running.select_for_update(of=("self",), no_key=True, skip_locked=True).first()


def _advance(campaign: Campaign) -> bool:
    if not campaign.is_sendable or _was_refused(campaign):
        rest_campaign(campaign, Campaign.PauseReason.TEMPLATE)
        return False
    recipients = _next(campaign, _room(campaign.number))
    if recipients:
        hand_over(campaign, recipients)
        return True
    _end_if_done(campaign)
    return False


def _was_refused(campaign: Campaign) -> bool:
    """Whether Graph refused the template lately: its word comes before the webhook's."""
    handed = Recipient.objects.filter(campaign=campaign, message__isnull=False).order_by("-message")
    latest = Message.objects.filter(pk__in=handed.values("message")[:LATEST])
    return latest.filter(error_code__in=TEMPLATE_STOPPED, created_at__gte=campaign.running_since).exists()


def _room(number: PhoneNumber) -> int:
    """How many more messages may wait for a number, whoever made those that do."""
    ahead = max(LEAST_AHEAD, int(number.sends_per_second * AHEAD_SECONDS))
    waiting = Message.objects.filter(number=number, lane=Message.Lane.BULK, outbox=Message.Status.QUEUED)
    return min(CHUNK, ahead - waiting.count())


def _next(campaign: Campaign, room: int) -> list[Recipient]:
    waiting = Recipient.objects.filter(campaign=campaign, state=Recipient.State.WAITING).order_by("line")
    return list(waiting[:room]) if room > 0 else []


def _end_if_done(campaign: Campaign) -> None:
    mine = Recipient.objects.filter(campaign=campaign)
    leaving = Message.objects.filter(recipient__campaign=campaign, outbox__lte=Message.Status.SENDING)
    if not mine.filter(state=Recipient.State.WAITING).exists() and not leaving.exists():
        campaign.state, campaign.ended_at = Campaign.State.DONE, timezone.now()
        campaign.save(update_fields=["state", "ended_at"])
