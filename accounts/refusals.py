"""Why a verb about people, or the door, said no."""

from __future__ import annotations

import math

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lib.refusals import Refusal


class MayNotGrant(Refusal):
    status = 403
    text = _("Only an administrator gives or takes this role.")


class MayNotChange(Refusal):
    status = 403
    text = _("Only an administrator may change this person, or a supervisor who leads every team of this agent.")


class TeamNeeded(Refusal):
    text = _("Choose a team that you lead: the new agent works in it.")


class NotYourself(Refusal):
    text = _("Nobody changes their own role or deactivates themselves. Ask another administrator.")


class LastAdministrator(Refusal):
    text = _("This is the last active administrator. Make somebody else an administrator first.")


class EmailTaken(Refusal):
    text = _("Somebody has this e-mail already. If they are inactive, activate them again.")


class SignInRefusal(Refusal):
    """The door stays shut."""


class WrongCredentials(SignInRefusal):
    """One answer for a wrong password, an unknown person and one who is inactive."""

    text = _("E-mail and password do not match. Try again.")


class WrongCode(WrongCredentials):
    text = _("This code is not right, or was used before. Wait for the next one and try again.")


class SecondFactorNeeded(SignInRefusal):
    text = _("The password is right. Send the code of your second factor as well.")


class SecondFactorMissing(SignInRefusal):
    text = _("Your role needs a second factor. Sign in on the page and set one up first.")


class TooManyTries(SignInRefusal):
    """Too soon after the tries before: `wait` whole seconds are left."""

    def __init__(self, wait: float) -> None:
        self.wait = max(1, math.ceil(wait))
        super().__init__()

    @property
    def text(self) -> str:  # type: ignore[override]
        return gettext("Too many tries. Try again in %(time)s.") % {"time": _in_words(self.wait)}


class SecondFactorStays(Refusal):
    text = _("Your role needs a second factor. You can set it up on another phone, not go without.")


class MayNotRemoveSecondFactor(Refusal):
    text = _("Only an administrator removes somebody else's second factor.")


class NothingToConfirm(Refusal):
    text = _("There is no second factor to confirm. Begin again.")


def _in_words(seconds: int) -> str:
    if seconds < 60:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    minutes = math.ceil(seconds / 60)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
