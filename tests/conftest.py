"""People, a team, a number and a customer, for every test that wants them."""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Role, User
from accounts.tokens import refresh
from inbox.models import Conversation, Message
from numbers.models import PhoneNumber, WabaAccount
from teams.models import Team, TeamMember
from tests import deliveries
from tests.api import Api
from tests.callers import Caller

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PASSWORD = "long-enough-for-tests"


def pytest_report_header(config: pytest.Config) -> str:
    """Say whether the browser tests will run."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    return f"chromium: {found}" if found else "chromium: not found, so the browser tests (tests/e2e) are skipped"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let tests that commit be undone: they empty all tables, and the trail lets nobody empty it."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("accounts_auditlog", "accounts_auditseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
        connection.close()


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def nobody_needs_a_second_factor(settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = []


@pytest.fixture(scope="session")
def media_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def files_of_our_own(settings, media_folder: Path) -> None:
    settings.MEDIA_ROOT = str(media_folder)


def person(name: str, role: str = Role.AGENT, *teams: Team, **fields) -> User:
    """Make somebody who works here, in `teams`."""
    user = User.objects.create_user(f"{name.lower()}@prosa.example", PASSWORD, name=name, role=role, **fields)
    for team in teams:
        TeamMember.objects.create(team=team, user=user, lead=role == Role.SUPERVISOR)
    return user


@pytest.fixture
def team(db) -> Team:
    return Team.objects.create(name="Atendimento")


@pytest.fixture
def other_team(db) -> Team:
    return Team.objects.create(name="Financeiro")


@pytest.fixture
def waba(db) -> WabaAccount:
    return WabaAccount.objects.create(waba_id="102938475610001", name="Loja", portfolio_id="700")


@pytest.fixture
def number(waba: WabaAccount, team: Team) -> PhoneNumber:
    """A number that serves the team."""
    number = PhoneNumber.objects.create(
        waba=waba, phone_number_id=deliveries.NUMBER_ID, display_phone="+55 11 4002-0001", name="Loja"
    )
    number.teams.add(team)
    return number


@pytest.fixture
def owner(team: Team) -> User:
    """An agent of the team; the one who looks after the conversation where somebody does."""
    return person("Olivia", Role.AGENT, team)


@pytest.fixture
def teammate(team: Team) -> User:
    return person("Tiago", Role.AGENT, team)


@pytest.fixture
def stranger(other_team: Team) -> User:
    """An agent of another team."""
    return person("Sandra", Role.AGENT, other_team)


@pytest.fixture
def supervisor(team: Team) -> User:
    return person("Sergio", Role.SUPERVISOR, team)


@pytest.fixture
def admin(db) -> User:
    return person("Alice", Role.ADMIN)


Writes = Callable[..., Message]
_wamids = itertools.count(1)


@pytest.fixture
def customer_writes(number: PhoneNumber) -> Writes:
    """Let a customer write to the number: `customer_writes("Oi", ago=60)` returns the message."""

    def writes(text: str = "Oi", *, ago: int = 0, phone: str = "5511987650001", **fields) -> Message:
        wamid = fields.pop("wamid", f"wamid.in.{next(_wamids)}")
        to = fields.pop("to", number)
        fact = deliveries.Wrote(wamid, at=int(time.time()) - ago, text=text, phone=phone, **fields)
        event = deliveries.arrive(fact, number_id=to.phone_number_id)
        assert event.state == "DONE", deliveries.reasons([event])
        return Message.objects.select_related("conversation__contact", "number").get(number=to, wamid=wamid)

    return writes


@pytest.fixture
def conversation(customer_writes: Writes) -> Conversation:
    """A conversation whose customer just wrote."""
    return customer_writes("Oi, tudo bem?", name="Ana").conversation


@pytest.fixture
def api() -> Callable[[User], Api]:
    """Call the API as a person: `api(owner).get("/api/v1/users")`."""
    return lambda user: Api(refresh.begin(user).access)


@pytest.fixture
def signed_in(client) -> Callable:
    """Open pages as a person: `signed_in(owner).get("/")`."""

    def sign_in(user: User):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def calls(settings) -> Callable[[User], Caller]:
    """Call the API as a person, as fast as one likes: `calls(owner).get("conversations")`."""
    settings.API_RATE = 0
    return Caller
