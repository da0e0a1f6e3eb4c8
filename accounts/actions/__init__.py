"""Every verb about people, called through this module: `actions.create_person(...)`."""

from accounts.actions.passwords import set_password
from accounts.actions.people import activate_person, change_person, create_person, deactivate_person
from accounts.actions.roles import change_role
from accounts.refusals import (
    EmailTaken,
    LastAdministrator,
    MayNotChange,
    MayNotGrant,
    NotYourself,
    TeamNeeded,
)
from lib.refusals import Refusal

__all__ = [
    "EmailTaken",
    "LastAdministrator",
    "MayNotChange",
    "MayNotGrant",
    "NotYourself",
    "Refusal",
    "TeamNeeded",
    "activate_person",
    "change_person",
    "change_role",
    "create_person",
    "deactivate_person",
    "set_password",
]
