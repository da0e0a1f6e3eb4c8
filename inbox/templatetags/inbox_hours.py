"""Whether anybody works on a conversation now; it is only told, nothing is held back by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from inbox.models import Conversation
from teams import hours
from teams.models import OpeningHours, SpecialDay, Team

register = template.Library()


@register.simple_tag
def closed_until(conversation: Conversation) -> str:
    """Say that the conversation's team, or all teams of its number, are out, and when one is back; else nothing."""
    team = conversation.team_id
    teams = Team.objects.filter(pk=team) if team else Team.objects.filter(numbers=conversation.number_id)
    has_hours = Exists(OpeningHours.objects.filter(team=OuterRef("pk")))
    has_days = Exists(SpecialDay.objects.filter(team=OuterRef("pk")))
    found = list(teams.annotate(keeps_hours=has_hours | has_days))
    if not found or not all(team.keeps_hours for team in found):
        return ""  # somebody is always there, or nobody is asked
    prefetch_related_objects(found, "opening_hours", "special_days")
    tables = [hours.timetable(team) for team in found]
    now = timezone.now()
    if any(table.is_open(now) for table in tables):
        return ""
    openings = [opens for table in tables if (opens := table.next_opening(now))]
    return _said(min(openings), now) if openings else gettext("Out of hours")


def _said(opens: datetime, now: datetime) -> str:
    """Name the opening in the zone of who reads: the hour today or tomorrow, else the day too."""
    local, today = timezone.localtime(opens), timezone.localtime(now).date()
    at = date_format(local, "H:i")
    if local.date() == today:
        return gettext("Out of hours; opens at %(time)s") % {"time": at}
    if local.date() == today + timedelta(days=1):
        return gettext("Out of hours; opens tomorrow at %(time)s") % {"time": at}
    if local.date() < today + timedelta(days=7):
        return gettext("Out of hours; opens on %(day)s at %(time)s") % {"day": date_format(local, "l"), "time": at}
    day = date_format(local, "SHORT_DATE_FORMAT")
    return gettext("Out of hours; opens on %(day)s at %(time)s") % {"day": day, "time": at}
