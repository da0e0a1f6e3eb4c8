"""A right that ends, ends everywhere: pages, API, machines' tokens and files at once, sockets within their recheck."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from channels.db import database_sync_to_async as in_thread
from django.test import Client

from accounts import actions as people
from accounts.models import Role, User
from accounts.tokens import refresh
from accounts.tokens.machine import create_token
from inbox import consumers, sweeps
from inbox.actions import assign_conversation
from inbox.models import Conversation
from teams import actions as teams
from teams.models import TeamMember
from tests.conftest import Writes, person
from tests.inbox.test_attachment_pages import kept, media_root
from tests.inbox.test_sockets import closed_with, in_loop, next_frame, quick_rechecks, socket, watch

__all__ = ["media_root", "quick_rechecks"]

pytestmark = pytest.mark.django_db(transaction=True)

GONE = {302, 401, 403, 404}


@dataclass
class Channels:
    """Each way in that a person has open, on one conversation and its file."""

    page: Client
    conversation: Conversation
    file: int
    access: str
    refresh: str
    machine: str

    @classmethod
    def of(cls, user: User, conversation: Conversation) -> Channels:
        page = Client()
        page.force_login(user)
        pair = refresh.begin(user)
        _token, machine = create_token(name="ERP", scopes=["conversations:read"], expires_at=None, by=user)
        file = kept(conversation.messages.get(), "video/mp4")
        return cls(page, conversation, file.pk, pair.access, pair.refresh, machine)

    def statuses(self) -> dict[str, int]:
        return {
            "page": self.page.get(f"/inbox/all/{self.conversation.pk}/").status_code,
            "changes": self.page.get(f"/conversations/{self.conversation.pk}/changes/?since=0").status_code,
            "file": self.page.get(f"/attachments/{self.file}/").status_code,
            "API": self._ask(self.access, f"conversations/{self.conversation.pk}"),
            "API file": self._ask(self.access, f"media/{self.file}"),
            "machine": self._ask(self.machine, f"conversations/{self.conversation.pk}"),
            "machine file": self._ask(self.machine, f"media/{self.file}"),
        }

    def _ask(self, token: str, path: str) -> int:
        return Client().get(f"/api/v1/{path}", headers={"authorization": f"Bearer {token}"}).status_code

    def renewal(self) -> int:
        return (
            Client()
            .post("/api/v1/auth/refresh", {"refresh": self.refresh}, content_type="application/json")
            .status_code
        )


def leave(user: User, by: User) -> None:
    teams.remove_member(TeamMember.objects.get(user=user), by=by)


def leave_what_was_theirs(user: User, by: User) -> None:
    """They look after the conversation: it goes back to the queue, which the woken sweep sees to."""
    assign_conversation(Conversation.objects.get(), user=user, by=user)
    leave(user, by)
    sweeps.sweep()


def be_shut_out(user: User, by: User) -> None:
    people.deactivate_person(user, by=by)


def lose_the_role(user: User, by: User) -> None:
    people.change_role(user, role=Role.AGENT, by=by)


@pytest.mark.parametrize(
    ("role", "end", "is_signed_out"),
    [
        (Role.AGENT, leave, False),
        (Role.AGENT, leave_what_was_theirs, False),
        (Role.AGENT, be_shut_out, True),
        (Role.ADMIN, lose_the_role, True),
    ],
)
@in_loop
async def test_it_ends_everywhere(
    role: str,
    end: Callable[[User, User], None],
    is_signed_out: bool,
    admin: User,
    team,
    conversation: Conversation,
    customer_writes: Writes,
    media_root,
):
    user = await in_thread(person)("Nina", role, *([team] if role == Role.AGENT else []))
    channels = await in_thread(Channels.of)(user, conversation)
    assert set((await in_thread(channels.statuses)()).values()) == {200}
    async with socket(user) as page:
        assert (await page.connect())[0]
        await watch(page, conversation)
        await next_frame(page, f"thread-signal-{conversation.pk}")
        await in_thread(end)(user, admin)
        after = await in_thread(channels.statuses)()
        assert set(after.values()) <= GONE, after
        assert (await in_thread(channels.renewal)() == 401) == is_signed_out
        assert await closed_with(page) == consumers.NOT_ALLOWED
        await in_thread(customer_writes)("Segredo")
        assert page.output_queue.empty()


def test_five_seconds_are_the_longest():
    """Above, rechecks are quicker than in earnest."""
    assert "RECHECK_SECONDS = 4.0\n" in Path(consumers.__file__).read_text()
