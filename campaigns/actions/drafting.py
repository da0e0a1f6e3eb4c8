"""A campaign before it goes: what is sent, and by which number."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from campaigns.filling import fillable
from campaigns.models import Campaign
from campaigns.refusals import NotADraft, NotForCampaigns, TemplateNotSendable
from messaging.models import Template
from numbers.models import PhoneNumber


def create_campaign(*, name: str, number: PhoneNumber, template: Template, by: User) -> Campaign:
    """Begin a campaign without a list; raise TemplateNotSendable, NotForCampaigns."""
    _check_template(number, template)
    with transaction.atomic():
        campaign = Campaign.objects.create(name=name, number=number, template=template, by=by)
        record("campaign.created", campaign, by=by, number=number.pk, template=template.pk)
    return campaign


def change_campaign(campaign: Campaign, *, name: str, number: PhoneNumber, template: Template, by: User) -> Campaign:
    """Give a draft another name, number or template; the list stays.

    Raise NotADraft, TemplateNotSendable, NotForCampaigns.
    """
    _check_template(number, template)
    with transaction.atomic():
        draft = lock_draft(campaign)
        is_same = (draft.number_id, draft.template_id) == (number.pk, template.pk)
        draft.name, draft.number, draft.template = name, number, template
        if not is_same:
            draft.mapping, draft.checked_at = {}, None
        draft.save(update_fields=["name", "number", "template", "mapping", "checked_at"])
        record("campaign.changed", draft, by=by, number=number.pk, template=template.pk)
    return draft


def discard_campaign(campaign: Campaign, *, by: User) -> None:
    """Delete a draft with its list; raise NotADraft."""
    with transaction.atomic():
        draft = lock_draft(campaign)
        record("campaign.discarded", draft, by=by)
        draft.delete()


def lock_draft(campaign: Campaign) -> Campaign:
    """Lock a campaign that has not begun until the transaction ends; raise NotADraft."""
    found = Campaign.objects.select_for_update(no_key=True, of=("self",)).select_related("template", "number__waba")
    draft = found.filter(pk=campaign.pk, state=Campaign.State.DRAFT).first()
    if draft is None:
        raise NotADraft
    return draft


def _check_template(number: PhoneNumber, template: Template) -> None:
    if template.waba_id != number.waba_id or not template.is_sendable:
        raise TemplateNotSendable
    if not fillable(template):
        raise NotForCampaigns
