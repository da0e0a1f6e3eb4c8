"""Damage done on purpose, in a process of the tests alone: each hole must make the table fail."""

from __future__ import annotations

from collections.abc import Callable


def everybody_sees_all_conversations() -> None:
    from inbox.models.conversation import ConversationQuerySet

    ConversationQuerySet.visible_to = lambda self, user: self  # type: ignore[method-assign]


def a_page_changes_things_by_get() -> None:
    from inbox import views

    views.readings = views.readings.__wrapped__


def supervisors_may_all_in_the_admin() -> None:
    from lib.admin import ScopedAdmin

    ScopedAdmin._allows = lambda self, request, what: request.user.is_staff  # type: ignore[method-assign]


def scopes_of_tokens_count_for_nothing() -> None:
    from accounts.permissions import HasScope

    HasScope.has_permission = lambda self, request, view: True  # type: ignore[method-assign]


HOLES: dict[str, Callable[[], None]] = {
    hole.__name__: hole
    for hole in (
        everybody_sees_all_conversations,
        a_page_changes_things_by_get,
        supervisors_may_all_in_the_admin,
        scopes_of_tokens_count_for_nothing,
    )
}
