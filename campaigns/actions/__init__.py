"""Every verb about campaigns: drafting one, its list, its check, and what happens to it once it goes."""

from campaigns.actions.checking import check_list, map_columns
from campaigns.actions.drafting import change_campaign, create_campaign, discard_campaign
from campaigns.actions.lists import list_contacts, list_sheet
from campaigns.actions.running import (
    pause_campaign,
    resume_campaign,
    start_campaign,
    stop_campaign,
    unschedule_campaign,
)
from campaigns.refusals import NotADraft

__all__ = [
    "NotADraft",
    "change_campaign",
    "check_list",
    "create_campaign",
    "discard_campaign",
    "list_contacts",
    "list_sheet",
    "map_columns",
    "pause_campaign",
    "resume_campaign",
    "start_campaign",
    "stop_campaign",
    "unschedule_campaign",
]
