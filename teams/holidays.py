"""Brazil's national holidays, and the verb that closes a team on them."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from teams.models import SpecialDay, Team

FIXED = {
    (1, 1): "Confraternização Universal",
    (4, 21): "Tiradentes",
    (5, 1): "Dia do Trabalho",
    (9, 7): "Independência do Brasil",
    (10, 12): "Nossa Senhora Aparecida",
    (11, 2): "Finados",
    (11, 15): "Proclamação da República",
    (11, 20): "Dia da Consciência Negra",
    (12, 25): "Natal",
}
"""Month and day to the name that Brazilian law gives it; Carnival and Corpus Christi are no national holidays."""


def national_holidays(year: int) -> dict[date, str]:
    """Return the national holidays of a year from 1583 on, in order."""
    days = {date(year, month, day): name for (month, day), name in FIXED.items()}
    days[_easter(year) - timedelta(days=2)] = "Sexta-feira Santa"
    return dict(sorted(days.items()))


def close_on_national_holidays(team: Team, *, year: int | None = None, by: User | None) -> int:
    """Close a team on a year's national holidays, this year's by default; days it has stay. Return how many are new."""
    year = year or timezone.localdate().year
    with transaction.atomic():
        Team.objects.select_for_update(no_key=True).get(pk=team.pk)
        known = set(team.special_days.values_list("date", flat=True))
        new = [
            SpecialDay(team=team, date=day, name=name)
            for day, name in national_holidays(year).items()
            if day not in known
        ]
        SpecialDay.objects.bulk_create(new)
        if new:
            record("team.changed", team, by=by, fields=["special_days"], year=year, days=len(new))
    return len(new)


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    golden, century, rest = year % 19, year // 100, year % 100
    leap, skipped = divmod(century, 4)
    moon = (19 * golden + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    quarter, odd = divmod(rest, 4)
    weekday = (32 + 2 * skipped + 2 * quarter - moon - odd) % 7
    correction = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)
