"""`manage.py demo_data`: people, teams and numbers to look around with; a second run changes nothing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Role, User
from lib.graph import GraphError
from numbers.models import PhoneNumber
from numbers.sync import sync_account
from teams.models import Team, TeamMember

PASSWORD = "prosa-demo-2026"  # noqa: S105 - printed for whoever runs the demo on their own machine
PEOPLE = [
    ("admin@demo.prosa", "Alice Admin", Role.ADMIN),
    ("supervisor@demo.prosa", "Sérgio Supervisor", Role.SUPERVISOR),
    ("agent@demo.prosa", "Ana Agente", Role.AGENT),
    ("bruno@demo.prosa", "Bruno Agente", Role.AGENT),
]
TEAMS = {
    "Atendimento": ["supervisor@demo.prosa", "agent@demo.prosa", "bruno@demo.prosa"],
    "Financeiro": ["supervisor@demo.prosa", "bruno@demo.prosa"],
}
SHOWN = ["admin@demo.prosa", "supervisor@demo.prosa", "agent@demo.prosa"]


class Command(BaseCommand):
    help = "Load demo people, teams and the account's numbers once, and print the logins."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            numbers = sync_account(settings.WHATSAPP_WABA_ID)
        except GraphError as error:
            raise CommandError(
                f"The numbers could not be read: {error}. Check GRAPH_BASE_URL and WHATSAPP_TOKEN."
            ) from error
        with transaction.atomic():
            self._people_and_teams(numbers)
        for email in SHOWN:
            user = User.objects.get(email=email)
            self.stdout.write(f"{user.get_role_display():<14} {email:<24} {PASSWORD}")

    def _people_and_teams(self, numbers: list[PhoneNumber]) -> None:
        for email, name, role in PEOPLE:
            if not User.objects.filter(email=email).exists():
                User.objects.create_user(email, PASSWORD, name=name, role=role)
        for name, members in TEAMS.items():
            team, is_new = Team.objects.get_or_create(name=name)
            for email in members if is_new else ():
                user = User.objects.get(email=email)
                TeamMember.objects.get_or_create(team=team, user=user, lead=user.role == Role.SUPERVISOR)
        service, finance = (Team.objects.get(name=name) for name in TEAMS)
        for position, number in enumerate(numbers):
            if not number.teams.exists():
                number.teams.set([service] if position == 0 else [service, finance])
