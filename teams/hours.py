"""When a team works: a week of intervals, and days that are unlike it. Pure functions of time.

A team without a week is always open, except on its special days. Intervals are wall-clock time in the team's zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from teams.models import Team

MIDNIGHT = time(0)
HORIZON = timedelta(days=400)
"""How far ahead an opening is looked for: a year, and holidays after it."""


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From `opens` until just before `closes`, which midnight ends the day as."""

    opens: time
    closes: time

    def span(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return when it begins and ends on a day, in UTC; where clocks go back, the later end counts."""
        last = day + timedelta(days=1) if self.closes == MIDNIGHT else day
        begins = datetime.combine(day, self.opens, zone)
        ends = datetime.combine(last, self.closes, zone)
        return begins.astimezone(UTC), max(ends.astimezone(UTC), ends.replace(fold=1).astimezone(UTC))


WHOLE_DAY = (Interval(MIDNIGHT, MIDNIGHT),)


@dataclass(frozen=True, slots=True)
class Timetable:
    """Intervals by weekday (Monday is 0), and by date where a day is unlike its week; none means closed."""

    zone: ZoneInfo
    week: Mapping[int, Sequence[Interval]] = field(default_factory=dict)
    days: Mapping[date, Sequence[Interval]] = field(default_factory=dict)

    @property
    def is_always_open(self) -> bool:
        return not self.week and not self.days

    def is_open(self, moment: datetime) -> bool:
        """Tell whether an aware moment lies in an interval."""
        return self.is_always_open or any(begins <= moment < ends for begins, ends in self._spans_near(moment))

    def next_opening(self, moment: datetime) -> datetime | None:
        """Return the first moment from `moment` on at which it is open, in UTC; None if none comes in a year."""
        if self.is_open(moment):
            return moment.astimezone(UTC)
        today = moment.astimezone(self.zone).date()
        for ahead in range(HORIZON.days):
            starts = [begins for begins, _ in self._spans(today + timedelta(days=ahead)) if begins > moment]
            if starts:
                return min(starts)
        return None

    def _spans_near(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        # Where clocks change at midnight, an interval of one date may reach into the next.
        today = moment.astimezone(self.zone).date()
        for day in (today - timedelta(days=1), today):
            yield from self._spans(day)

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        usual = self.week.get(day.weekday(), ()) if self.week else WHOLE_DAY
        for interval in self.days.get(day, usual):
            begins, ends = interval.span(day, self.zone)
            if begins < ends:  # an hour that the clocks skip has no length
                yield begins, ends


def is_open(team: Team, moment: datetime) -> bool:
    """Tell whether a team works at an aware moment."""
    return timetable(team).is_open(moment)


def next_opening(team: Team, moment: datetime) -> datetime | None:
    """Return when a team works next, in UTC, `moment` itself if it does; None if it does not for a year."""
    return timetable(team).next_opening(moment)


def timetable(team: Team) -> Timetable:
    """Read a team's hours; uses what was prefetched."""
    week: dict[int, list[Interval]] = {}
    for hours in team.opening_hours.all():
        week.setdefault(hours.weekday, []).append(Interval(hours.opens, hours.closes))
    days: dict[date, list[Interval]] = {}
    for special in team.special_days.all():
        intervals = days.setdefault(special.date, [])
        if special.opens is not None and special.closes is not None:
            intervals.append(Interval(special.opens, special.closes))
    return Timetable(ZoneInfo(team.time_zone), week, days)
