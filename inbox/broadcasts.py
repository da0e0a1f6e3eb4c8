"""What open pages learn after a commit: group names, and one function per kind of change.

HTML is pushed where all viewers see the same (a message, a row of the list), one group per language. A
signal is pushed where the page must ask (who is in a folder, what a viewer may do): it carries nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from inbox import selectors
from inbox.models import Conversation, Message
from lib import live
from lib.after_commit import on_commit

LANGUAGES = [code for code, _ in settings.LANGUAGES]
MOST_WAITING = 200
"""Of how many waiting messages pages are told at once; the others are shown right when they are opened."""


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation's line in the list, and what decides who sees it."""

    conversation: int
    number: int
    team: int | None

    @classmethod
    def of(cls, conversation: Conversation) -> Row:
        return cls(conversation.pk, conversation.number_id, conversation.team_id)

    @property
    def groups(self) -> list[str]:
        """Administrators; the team, or in no team's name the number's teams.

        An assignee who left the team learns of it when their page asks by itself.
        """
        return ["everything", f"team.{self.team}" if self.team else f"number.{self.number}"]


def conversation_group(conversation: int, language: str) -> str:
    """Name the group of those who have this thread open."""
    return f"conversation.{conversation}.{language}"


def list_group(scope: str, language: str) -> str:
    """Name the group of those whose list may hold the conversations of `scope` (see Row.groups)."""
    return f"list.{scope}.{language}"


def messages_changed(messages: Iterable[tuple[int, int]]) -> None:
    """Show messages as they are now, in their threads; (message, conversation) ids."""
    _push(
        live.Event(conversation_group(conversation, language), RENDER_MESSAGE[language], pk)
        for pk, conversation in messages
        for language in LANGUAGES
    )


def messages_retracted(messages: Iterable[tuple[int, int]]) -> None:
    """Take messages out of their threads that never left; (message, conversation) ids."""
    _push(
        live.Event(conversation_group(conversation, language), _retracted, pk)
        for pk, conversation in messages
        for language in LANGUAGES
    )


def rows_changed(rows: Iterable[Row]) -> None:
    """Show conversations as they are now, in the lists."""
    _push(
        live.Event(group, RENDER_ROW[language], row.conversation, instead=live.Event(group, _list_signals, 0))
        for row in rows
        for scope in row.groups
        for language in LANGUAGES
        for group in [list_group(scope, language)]
    )


def messages_queued(messages: Sequence[Message]) -> None:
    """Show messages of one conversation that are just about to leave."""
    messages_changed([(message.pk, message.conversation_id) for message in messages])
    rows_changed([Row.of(messages[0].conversation)])


def number_changed(number: int) -> None:
    """Show in the threads with messages that wait why they do, or that nothing holds them back any more."""
    queued = Message.objects.filter(number=number, lane=Message.Lane.REPLIES, outbox=Message.Status.QUEUED)
    waiting = list(queued.values_list("pk", "conversation_id")[:MOST_WAITING])
    messages_changed(waiting)
    for conversation in {conversation for _, conversation in waiting}:
        thread_changed(conversation)


def thread_changed(conversation: int) -> None:
    """Let the pages that show a thread ask for what surrounds its messages."""
    _push(
        live.Event(conversation_group(conversation, language), _thread_signals, conversation) for language in LANGUAGES
    )


def conversation_changed(conversation: Conversation, *, before: Row | None = None) -> None:
    """Let threads and lists ask again: it was assigned, transferred, closed or reopened.

    Lists that it was in `before` ask too: a row that is theirs no more goes with the answer.
    """
    row = Row.of(conversation)
    lists = dict.fromkeys([*row.groups, *(before.groups if before else ())])
    rows_changed([row])
    _push(
        event
        for language in LANGUAGES
        for event in (
            live.Event(conversation_group(row.conversation, language), _thread_signals, row.conversation),
            *(live.Event(list_group(group, language), _list_signals, 0) for group in lists),
        )
    )


def thread_signal(conversation: int) -> str:
    """Return the frame that makes a page ask what changed in its thread."""
    return render_to_string("inbox/_thread_signal.html", {"conversation_id": conversation})


def list_signal() -> str:
    """Return the frame that makes a page ask for its list."""
    return render_to_string("inbox/_list_signal.html")


def _push(events: Iterable[live.Event]) -> None:
    promised = list(events)
    on_commit(lambda: live.push(promised))


def _messages(language: str, pks: list[int]) -> dict[int, str]:
    with translation.override(language):
        return {
            message.pk: render_to_string("inbox/_message_added.html", {"messages": [message]})
            for message in selectors.messages_for_display().filter(pk__in=pks)
        }


def _rows(language: str, pks: list[int]) -> dict[int, str]:
    with translation.override(language):
        return {
            conversation.pk: render_to_string("inbox/_row.html", {"conversation": conversation, "oob": True})
            for conversation in selectors.rows_for_display().filter(pk__in=pks)
        }


def _retracted(pks: list[int]) -> dict[int, str]:
    return {pk: render_to_string("inbox/_message_retracted.html", {"pk": pk}) for pk in pks}


def _thread_signals(pks: list[int]) -> dict[int, str]:
    return {pk: thread_signal(pk) for pk in pks}


def _list_signals(pks: list[int]) -> dict[int, str]:
    return dict.fromkeys(pks, list_signal())


RENDER_MESSAGE = {language: partial(_messages, language) for language in LANGUAGES}
RENDER_ROW = {language: partial(_rows, language) for language in LANGUAGES}
