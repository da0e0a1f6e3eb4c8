"""Which groups each open socket may be in: asked for all sockets of a process at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Session, User
from accounts.second_factor import is_missing
from inbox import broadcasts
from inbox.models import Conversation
from numbers.models import PhoneNumber
from teams.models import TeamMember


@dataclass(frozen=True, slots=True)
class View:
    """Who looks, signed in with which session, and at which thread, if any."""

    user: int
    session: str
    conversation: int | None


def groups_of(views: Iterable[View]) -> dict[View, frozenset[str] | None]:
    """Return the groups each view may be in now; None for a person who is gone, or signed out there.

    The lists of all people take three queries; threads one more for each person who has one open.
    """
    views = set(views)
    signed_in = _signed_in(views)
    users = {user.pk: user for user in signed_in.values()}
    lists = _lists_of(users)
    threads = {pk: _visible_threads(user, views) for pk, user in users.items()}
    return {view: _groups(view, users[view.user], lists, threads) if view in signed_in else None for view in views}


def _signed_in(views: set[View]) -> dict[View, User]:
    """The views whose session still lasts, and is that of somebody who may work here now."""
    rows = Session.objects.alive().filter(pk__in={view.session for view in views}, user__is_active=True)
    # The person as they are now: their language, and whether they owe a second factor, come along.
    sessions = {row.pk: row.user for row in rows.select_related("user__second_factor")}
    found = {view: sessions.get(view.session) for view in views}
    return {view: user for view, user in found.items() if user and user.pk == view.user and not is_missing(user)}


def _groups(view: View, user: User, lists: dict[int, set[str]], threads: dict[int, set[int]]) -> frozenset[str]:
    groups = {broadcasts.list_group(scope, user.language) for scope in lists[user.pk]}
    if view.conversation is not None and view.conversation in threads[user.pk]:
        groups.add(broadcasts.conversation_group(view.conversation, user.language))
    return frozenset(groups)


def _lists_of(users: dict[int, User]) -> dict[int, set[str]]:
    """The scopes of each person's lists: see `broadcasts.Row.groups`."""
    numbers: dict[int, list[int]] = defaultdict(list)
    for number, team in PhoneNumber.teams.through.objects.values_list("phonenumber_id", "team_id"):
        numbers[team].append(number)
    lists = {pk: {"everything"} if user.is_admin else set() for pk, user in users.items()}
    for user, team in TeamMember.objects.filter(user__in=users).values_list("user_id", "team_id"):
        if not users[user].is_admin:
            lists[user] |= {f"team.{team}", *(f"number.{number}" for number in numbers[team])}
    return lists


def _visible_threads(user: User, views: set[View]) -> set[int]:
    wanted = {view.conversation for view in views if view.user == user.pk and view.conversation is not None}
    if not wanted:
        return set()
    return set(Conversation.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True))
