"""What happens to a campaign once it goes: start, pause, resume, stop."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from campaigns.actions.drafting import lock_draft
from campaigns.models import Campaign, Recipient
from campaigns.refusals import (
    IsOver,
    NobodyToSendTo,
    NotChecked,
    NotPaused,
    NotRunning,
    NotScheduled,
    StartIsPast,
    TemplateNotSendable,
)
from inbox.actions import lock_unsent, retract_messages
from inbox.models import Message
from numbers import alerts
from numbers.alerts import Notice

State, Waiting = Campaign.State, Recipient.State.WAITING


def start_campaign(campaign: Campaign, *, at: datetime | None = None, by: User) -> Campaign:
    """Send a checked draft, now or `at` a time to come.

    Raise NotADraft, NotChecked, TemplateNotSendable, NobodyToSendTo, StartIsPast.
    """
    now = timezone.now()
    with transaction.atomic():
        draft = lock_draft(campaign)
        _check_can_start(draft)
        if at and at <= now:
            raise StartIsPast
        if at:
            draft.state, draft.starts_at = State.SCHEDULED, at
        else:
            draft.state, draft.started_at, draft.running_since = State.RUNNING, now, now
        draft.save(update_fields=["state", "starts_at", "started_at", "running_since"])
        if at:
            record("campaign.scheduled", draft, by=by, starts=at.isoformat())
        else:
            record("campaign.started", draft, by=by)
    return draft


def unschedule_campaign(campaign: Campaign, *, by: User) -> Campaign:
    """Make a scheduled campaign a draft again; raise NotScheduled."""
    with transaction.atomic():
        found = _lock(campaign)
        if found.state != State.SCHEDULED:
            raise NotScheduled
        found.state, found.starts_at = State.DRAFT, None
        found.save(update_fields=["state", "starts_at"])
        record("campaign.unscheduled", found, by=by)
    return found


def pause_campaign(campaign: Campaign, *, by: User) -> Campaign:
    """Send nothing more for now; what has not left is taken back. Raise NotRunning."""
    with transaction.atomic():
        found = _lock(campaign)
        if found.state != State.RUNNING:
            raise NotRunning
        _rest(found, reason="")
        record("campaign.paused", found, by=by)
    return found


def rest_campaign(campaign: Campaign, reason: Campaign.PauseReason) -> None:
    """Pause a running campaign, which the caller has locked, because it cannot go on; raise the alert."""
    _rest(campaign, reason=reason)
    record("campaign.paused", campaign, by=None, reason=str(reason))
    alerts.one_at_a_time()
    particulars = {"template": str(campaign.template)}
    notice = Notice("campaign.paused", subject=campaign.name, particulars=particulars)
    alerts.raise_alert(notice, campaign.number.waba_id, number=campaign.number_id, at=timezone.now())


def resume_campaign(campaign: Campaign, *, by: User) -> Campaign:
    """Go on where it paused; raise NotPaused, TemplateNotSendable."""
    with transaction.atomic():
        found = _lock(campaign)
        if found.state != State.PAUSED:
            raise NotPaused
        if not found.is_sendable:
            raise TemplateNotSendable
        found.state, found.pause_reason, found.running_since = State.RUNNING, "", timezone.now()
        found.save(update_fields=["state", "pause_reason", "running_since"])
        record("campaign.resumed", found, by=by)
    return found


def stop_campaign(campaign: Campaign, *, by: User) -> Campaign:
    """End a campaign for good; what has not left never does. Raise IsOver."""
    with transaction.atomic():
        found = _lock(campaign)
        if found.is_draft or found.is_over:
            raise IsOver
        _take_back(found)
        waiting = Recipient.objects.filter(campaign=found, state=Waiting)
        left = waiting.update(state=Recipient.State.SKIPPED, reason=Recipient.Reason.STOPPED)
        found.state, found.ended_at = State.STOPPED, timezone.now()
        found.save(update_fields=["state", "ended_at"])
        record("campaign.stopped", found, by=by, left=left)
    return found


def _check_can_start(draft: Campaign) -> None:
    if draft.checked_at is None:
        raise NotChecked
    if not draft.is_sendable:
        raise TemplateNotSendable
    if not Recipient.objects.filter(campaign=draft, state=Waiting).exists():
        raise NobodyToSendTo


def _lock(campaign: Campaign) -> Campaign:
    found = Campaign.objects.select_for_update(no_key=True, of=("self",))
    return found.select_related("template", "number").get(pk=campaign.pk)


def _rest(campaign: Campaign, *, reason: str) -> None:
    _take_back(campaign)
    campaign.state, campaign.pause_reason = State.PAUSED, reason
    campaign.save(update_fields=["state", "pause_reason"])


def _take_back(campaign: Campaign) -> None:
    """Let the messages that nobody has begun to send vanish; their recipients wait as before."""
    unsent = lock_unsent(Message.objects.filter(recipient__campaign=campaign))
    Recipient.objects.filter(message__in=unsent).update(state=Waiting, message=None, contact=None)
    retract_messages(unsent)
