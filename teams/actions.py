"""Every verb about teams and who works in them, called through this module: `actions.add_member(...)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils.translation import gettext_lazy as _

from accounts.actions.locking import lock
from accounts.audit import record
from accounts.models import Role, User
from accounts.rights import leads
from lib.after_commit import wake_on_commit
from teams.models import OpeningHours, SpecialDay, Team, TeamMember
from teams.refusals import (
    AlreadyMember,
    HasHistory,
    LeadsMustSupervise,
    NameTaken,
    NotYourAgent,
    NotYourTeam,
    OnlyAdministrators,
)

CHANGEABLE = frozenset({"name", "is_active", "time_zone"})


def create_team(*, name: str, by: User) -> Team:
    """Make a team; raise OnlyAdministrators or NameTaken."""
    team = Team(name=name.strip())
    with transaction.atomic():
        check_is_admin(_fresh(by))
        _save(team)
        record("team.created", team, by=by)
    return team


def change_team(team: Team, *, by: User, **fields: Any) -> Team:
    """Change the name, the time zone or whether it works; return the team as it is now.

    Raise NotYourTeam, OnlyAdministrators (to deactivate or activate) or NameTaken; ValidationError for
    what is not well formed.
    """
    if unknown := set(fields) - CHANGEABLE:
        raise TypeError(f"not a field that changes here: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        locked, by = _lock(team), _fresh(by)
        check_leads(locked, by)
        changed = sorted(name for name, value in fields.items() if getattr(locked, name) != value)
        if "is_active" in changed:
            check_is_admin(by)
        if changed:
            for name in changed:
                setattr(locked, name, fields[name])
            _save(locked, changed)
            record("team.changed", locked, by=by, fields=changed)
    return locked


def set_timetable(
    team: Team,
    *,
    hours: Sequence[Mapping[str, Any]] | None = None,
    special_days: Sequence[Mapping[str, Any]] | None = None,
    by: User,
) -> None:
    """Put a week in the place of a team's week, and days in the place of its special days; None leaves them.

    Raise NotYourTeam, or ValidationError where an interval ends before it begins or meets another of its day.
    """
    with transaction.atomic():
        locked, by = _lock(team), _fresh(by)
        check_leads(locked, by)
        given: dict[str, tuple[type[Model], Any]]
        given = {"hours": (OpeningHours, hours), "special_days": (SpecialDay, special_days)}
        for name, (model, rows) in given.items():
            if rows is not None:
                _replace(locked, model, rows, name)
        if fields := [name for name, (_model, rows) in given.items() if rows is not None]:
            record("team.changed", locked, by=by, fields=fields)


def delete_team(team: Team, *, by: User) -> None:
    """Delete a team that never had a conversation or a number; raise OnlyAdministrators or HasHistory."""
    with transaction.atomic():
        # The whole row, against those who refer to it meanwhile.
        locked = Team.objects.select_for_update().get(pk=team.pk)
        check_is_admin(_fresh(by))
        if has_history(locked):
            raise HasHistory
        record("team.deleted", locked, by=by, members=sorted(locked.members.values_list("user", flat=True)))
        locked.delete()


def has_history(team: Team) -> bool:
    """Whether anything outside this app speaks of the team; the apps above need not be known by name."""
    relations: Any = (
        field for field in Team._meta.get_fields(include_hidden=True) if isinstance(field, ForeignObjectRel)
    )
    others = (one for one in relations if one.related_model._meta.app_label != Team._meta.app_label)
    return any(one.related_model._base_manager.filter(**{one.field.name: team}).exists() for one in others)


def add_member(team: Team, *, user: User, lead: bool = False, by: User) -> TeamMember:
    """Put somebody into a team; a supervisor puts agents whom they see into a team they lead.

    Raise NotYourTeam, NotYourAgent, OnlyAdministrators (to make a lead), LeadsMustSupervise or AlreadyMember.
    """
    with transaction.atomic():
        locked, (user, by) = _lock(team), lock(user, by)
        check_can_place(locked, user, by)
        if lead:
            check_can_lead(user, by)
        try:
            with transaction.atomic():
                member = TeamMember.objects.create(team=locked, user=user, lead=lead)
        except IntegrityError as error:
            raise AlreadyMember from error
        record("member.added", member, by=by, team=locked.pk, user=user.pk, lead=lead)
    return member


def change_member(member: TeamMember, *, lead: bool, by: User) -> TeamMember:
    """Say whether somebody leads the team; raise OnlyAdministrators or LeadsMustSupervise."""
    with transaction.atomic():
        user, by = lock(member.user, by)
        check_is_admin(by)
        locked = TeamMember.objects.select_for_update(no_key=True).get(pk=member.pk)
        if lead:
            check_can_lead(user, by)
        if locked.lead != lead:
            locked.lead = lead
            locked.save(update_fields=["lead"])
            record("member.changed", locked, by=by, team=locked.team_id, user=locked.user_id, lead=lead)
    return locked


def remove_member(member: TeamMember, *, by: User) -> None:
    """Take somebody out of a team; raise NotYourTeam or NotYourAgent. Who is out already stays out.

    What they looked after in it goes back to the queue: the inbox finds that by itself, we wake it.
    """
    with transaction.atomic():
        team, (user, by) = _lock(member.team), lock(member.user, by)
        check_can_place(team, user, by)
        gone, _ = TeamMember.objects.filter(pk=member.pk).delete()
        if gone:
            record("member.removed", member, by=by, team=team.pk, user=member.user_id, lead=member.lead)
            wake_on_commit("maintenance")


def check_is_admin(by: User) -> None:
    """Raise OnlyAdministrators."""
    if not by.is_active or not by.is_admin:
        raise OnlyAdministrators


def check_leads(team: Team, by: User) -> None:
    """Raise NotYourTeam."""
    if not leads(by, team):
        raise NotYourTeam


def check_can_place(team: Team, user: User, by: User) -> None:
    """Raise the refusal that stands against `by` putting `user` into the team, or taking them out."""
    check_leads(team, by)
    if not by.is_admin and not User.objects.visible_to(by).filter(pk=user.pk, role=Role.AGENT).exists():
        raise NotYourAgent


def check_can_lead(user: User, by: User) -> None:
    """Raise the refusal that stands against `user` leading a team by the word of `by`."""
    check_is_admin(by)
    if user.role != Role.SUPERVISOR:
        raise LeadsMustSupervise


def _lock(team: Team) -> Team:
    return Team.objects.select_for_update(no_key=True).get(pk=team.pk)


def _fresh(by: User) -> User:
    """The person as they are now: neither their role nor their activity changes until we are done."""
    return lock(by, by)[1]


def _replace(team: Team, model: type[Model], rows: Sequence[Mapping[str, Any]], name: str) -> None:
    model._default_manager.filter(team=team).delete()
    try:
        with transaction.atomic():
            model._default_manager.bulk_create([model(team=team, **row) for row in rows])
    except IntegrityError as error:
        wrong = _("Each interval ends after it begins, and those of one day do not overlap.")
        raise ValidationError({name: wrong}) from error


def _save(team: Team, changed: list[str] | None = None) -> None:
    team.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            team.save(update_fields=changed)
    except IntegrityError as error:
        raise NameTaken from error
