"""Who may do what to whom: the questions that verbs, pages and the API ask before they offer or do anything.

Nobody can grant or edit above their own rights: an administrator may all, a supervisor acts on agents
of the teams they lead, an agent on nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import Role, User

if TYPE_CHECKING:
    from teams.models import Team


def leads(by: User, team: Team) -> bool:
    """Whether `by` runs the team: its leading supervisor, or any administrator."""
    if not by.is_active:
        return False
    return by.is_admin or (by.role == Role.SUPERVISOR and by.memberships.filter(team=team, lead=True).exists())


def may_grant(by: User, role: str) -> bool:
    """Whether `by` may make new people of this role."""
    return by.is_active and (by.is_admin or (by.role == Role.SUPERVISOR and role == Role.AGENT))


def may_change_role(by: User, person: User) -> bool:
    """Whether `by` may give `person` another role."""
    return by.is_active and by.is_admin and by.pk != person.pk


def may_change(by: User, person: User) -> bool:
    """Whether `by` may change, activate or deactivate `person`, and set their password.

    An agent in no team, or in one more team than `by` leads, is the administrators'.
    """
    if not by.is_active or by.is_admin:
        return by.is_active
    if by.role != Role.SUPERVISOR or person.role != Role.AGENT:
        return False
    theirs = set(person.memberships.values_list("team", flat=True))
    return bool(theirs) and theirs <= set(by.memberships.filter(lead=True).values_list("team", flat=True))
