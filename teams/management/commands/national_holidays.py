"""`manage.py national_holidays 2027`: close teams on a year's national holidays; a second run changes nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from teams.holidays import close_on_national_holidays
from teams.models import Team


class Command(BaseCommand):
    help = "Close teams on Brazil's national holidays of a year."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--team", help="the name of one team; all active ones otherwise")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1583 <= options["year"] <= 9999:
            raise CommandError("The year must be one of the Gregorian calendar, from 1583 to 9999.")
        teams = Team.objects.filter(name=options["team"]) if options["team"] else Team.objects.filter(is_active=True)
        if not teams:
            raise CommandError("There is no such team.")
        for team in teams:
            self.stdout.write(f"{team}: {close_on_national_holidays(team, year=options['year'], by=None)}")
