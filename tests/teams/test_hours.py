"""When a team works: pure functions of time, the constraints of its rows, and national holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditLog
from teams import hours
from teams.holidays import close_on_national_holidays, national_holidays
from teams.hours import MIDNIGHT, Interval, Timetable
from teams.models import OpeningHours, SpecialDay, Team

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ZONES = [SAO_PAULO, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/Santiago")]
"""Without clock changes, with them at night, with odd minutes, with them at midnight."""
OFFICE = (Interval(time(8), time(12)), Interval(time(13), time(18)))
WORKDAYS = dict.fromkeys(range(5), OFFICE)


def at(text: str, zone: ZoneInfo = SAO_PAULO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


# Monday, 23 November 2026
@pytest.mark.parametrize(
    ("moment", "is_open", "opens"),
    [
        ("2026-11-23T07:59:59", False, "2026-11-23T08:00"),
        ("2026-11-23T08:00", True, "2026-11-23T08:00"),
        ("2026-11-23T11:59:59", True, "2026-11-23T11:59:59"),
        ("2026-11-23T12:00", False, "2026-11-23T13:00"),
        ("2026-11-23T18:00", False, "2026-11-24T08:00"),
        ("2026-11-27T20:00", False, "2026-11-30T08:00"),
        ("2026-12-24T19:00", False, "2026-12-28T08:00"),  # Christmas is a Friday
        ("2026-12-31T09:00", True, "2026-12-31T09:00"),
        ("2026-12-31T10:30", False, "2027-01-01T08:00"),  # other hours that day
    ],
)
def test_an_office_week(moment: str, is_open: bool, opens: str):
    table = Timetable(
        SAO_PAULO,
        WORKDAYS,
        {date(2026, 12, 25): (), date(2026, 12, 31): (Interval(time(9), time(10)),)},
    )
    assert table.is_open(at(moment)) is is_open
    assert table.next_opening(at(moment)) == at(opens)


def test_an_interval_to_midnight_meets_the_next_day():
    table = Timetable(SAO_PAULO, {0: (Interval(time(18), MIDNIGHT),), 1: (Interval(MIDNIGHT, time(2)),)})
    assert table.is_open(at("2026-11-23T23:59:59.999999"))
    assert table.is_open(at("2026-11-24T00:00"))
    assert not table.is_open(at("2026-11-24T02:00"))


def test_without_a_week_it_is_open_but_on_special_days():
    assert Timetable(SAO_PAULO).is_open(at("2026-11-22T03:00"))
    table = Timetable(SAO_PAULO, {}, {date(2026, 12, 25): ()})
    assert table.is_open(at("2026-12-24T23:59"))
    assert not table.is_open(at("2026-12-25T12:00"))
    assert table.next_opening(at("2026-12-25T12:00")) == at("2026-12-26T00:00")


def test_a_team_that_never_opens_has_no_next_opening():
    closed = {date(2026, 1, 1) + timedelta(days=day): () for day in range(1200)}
    assert Timetable(SAO_PAULO, WORKDAYS, closed).next_opening(at("2026-11-23T09:00")) is None


def test_clocks_that_go_forward_and_back():
    new_york = ZoneInfo("America/New_York")
    table = Timetable(new_york, {6: (Interval(time(1), time(3)),)})
    # Forward on 8 March 2026 at 2:00: one hour long. Back on 1 November at 2:00: three.
    assert table.is_open(datetime(2026, 3, 8, 6, 30, tzinfo=UTC))
    assert not table.is_open(datetime(2026, 3, 8, 7, tzinfo=UTC))
    assert [table.is_open(datetime(2026, 11, 1, hour, tzinfo=UTC)) for hour in (4, 5, 6, 7, 8)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    skipped = Timetable(new_york, {6: (Interval(time(2, 10), time(2, 50)),)})
    assert not skipped.is_open(at("2026-03-08T02:30", new_york) - timedelta(hours=1))


_minutes = st.lists(st.integers(0, 24 * 12), max_size=6, unique=True).map(sorted)


def _intervals(marks: list[int]) -> tuple[Interval, ...]:
    """Turn an even number of five-minute marks into intervals that do not touch."""
    times = [time(*divmod(mark * 5, 60)) if mark < 288 else MIDNIGHT for mark in marks]
    return tuple(Interval(opens, closes) for opens, closes in zip(times[::2], times[1::2], strict=False))


_days = _minutes.map(_intervals)
_moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))
_timetables = st.builds(
    Timetable,
    st.sampled_from(ZONES),
    st.dictionaries(st.integers(0, 6), _days, max_size=7),
    st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 12, 31)), _days, max_size=20),
)


@given(_timetables, _moments)
def test_the_next_opening_is_the_first_open_moment(table: Timetable, moment: datetime):
    opens = table.next_opening(moment)
    if table.is_open(moment):
        assert opens == moment
        return
    if opens is None:
        return
    assert opens > moment
    assert table.is_open(opens)
    assert not table.is_open(opens - timedelta(microseconds=1))
    # Nothing is open in between: looked at densely near both ends, and by the hour.
    hours_between = int((opens - moment) / timedelta(hours=1))
    assert not any(table.is_open(moment + timedelta(hours=hour)) for hour in range(min(hours_between, 72)))


@given(_timetables, _moments)
def test_where_clocks_stand_still_the_wall_clock_decides(table: Timetable, moment: datetime):
    still = Timetable(SAO_PAULO, table.week, table.days)
    local = moment.astimezone(SAO_PAULO)
    usual = still.week.get(local.weekday(), ()) if still.week else hours.WHOLE_DAY
    by_hand = any(
        one.opens <= local.time() and (one.closes == MIDNIGHT or local.time() < one.closes)
        for one in still.days.get(local.date(), usual)
    )
    assert still.is_open(moment) is (by_hand or still.is_always_open)


@pytest.fixture
def office(team: Team) -> Team:
    for day in range(5):
        OpeningHours.objects.create(team=team, weekday=day, opens="08:00", closes="18:00")
    return team


@pytest.mark.django_db
def test_a_teams_rows_are_its_timetable(office: Team):
    SpecialDay.objects.create(team=office, date="2026-12-25", name="Natal")
    SpecialDay.objects.create(team=office, date="2026-12-24", opens="08:00", closes="12:00")
    office = Team.objects.prefetch_related("opening_hours", "special_days").get()
    assert hours.is_open(office, at("2026-12-24T11:00"))
    assert not hours.is_open(office, at("2026-12-24T13:00"))
    assert hours.next_opening(office, at("2026-12-24T13:00")) == at("2026-12-28T08:00")
    office.time_zone = "America/Manaus"
    assert hours.is_open(office, at("2026-12-24T12:30"))


@pytest.mark.parametrize(
    ("weekday", "opens", "closes", "fits"),
    [
        (0, "18:00", "20:00", True),
        (0, "06:00", "08:00", True),
        (0, "17:59", "20:00", False),
        (0, "06:00", "08:01", False),
        (0, "09:00", "10:00", False),
        (0, "00:00", "00:00", False),
        (5, "00:00", "00:00", True),
        (5, "12:00", "11:00", False),
        (5, "12:00", "12:00", False),
        (6, "20:00", "00:00", True),
        (7, "08:00", "09:00", False),
    ],
)
@pytest.mark.django_db
def test_the_database_refuses_what_overlaps_or_is_upside_down(
    office: Team, other_team: Team, weekday: int, opens: str, closes: str, fits: bool
):
    # The same hours of another team, and of the day before, are in nobody's way.
    if fits:
        OpeningHours.objects.create(team=other_team, weekday=weekday, opens=opens, closes=closes)
        OpeningHours.objects.create(team=office, weekday=weekday, opens=opens, closes=closes)
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningHours.objects.create(team=office, weekday=weekday, opens=opens, closes=closes)


@pytest.mark.django_db
def test_a_closed_day_takes_the_whole_day(team: Team):
    SpecialDay.objects.create(team=team, date="2026-12-25")
    SpecialDay.objects.create(team=team, date="2026-12-24", opens="08:00", closes="12:00")
    SpecialDay.objects.create(team=team, date="2026-12-24", opens="13:00", closes="00:00")
    for wrong in (
        {"date": "2026-12-25", "opens": "08:00", "closes": "09:00"},
        {"date": "2026-12-25"},
        {"date": "2026-12-24"},
        {"date": "2026-12-26", "opens": "08:00"},
        {"date": "2026-12-26", "opens": "09:00", "closes": "08:00"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            SpecialDay.objects.create(team=team, **wrong)


def test_national_holidays():
    days = national_holidays(2026)
    assert len(days) == 10
    assert days[date(2026, 4, 3)] == "Sexta-feira Santa"
    assert days[date(2026, 11, 20)] == "Dia da Consciência Negra"
    assert date(2026, 2, 17) not in days, "Carnival is no national holiday"
    assert [next(day for day, name in national_holidays(year).items() if "Santa" in name) for year in (2027, 2038)] == [
        date(2027, 3, 26),
        date(2038, 4, 23),
    ]


@pytest.mark.django_db
def test_a_team_closes_on_national_holidays_once(office: Team, admin):
    SpecialDay.objects.create(team=office, date="2027-12-25", opens="08:00", closes="10:00")
    assert close_on_national_holidays(office, year=2027, by=admin) == 9
    assert close_on_national_holidays(office, year=2027, by=admin) == 0
    assert hours.is_open(office, at("2027-12-25T09:00").replace(hour=9)) is True
    assert not hours.is_open(office, at("2027-09-07T09:00"))
    assert AuditLog.objects.filter(action="team.changed", entity_id=office.pk).count() == 1


@pytest.mark.django_db
def test_the_command_closes_all_active_teams(office: Team, other_team: Team, capsys):
    Team.objects.create(name="Antiga", is_active=False)
    call_command("national_holidays", "2027")
    assert SpecialDay.objects.count() == 20
    assert "Atendimento: 10" in capsys.readouterr().out
