"""Why a verb about teams said no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lib.refusals import Refusal


class OnlyAdministrators(Refusal):
    status = 403
    text = _("Only an administrator creates, deletes or deactivates teams, and says who leads them.")


class NotYourTeam(Refusal):
    status = 403
    text = _("Only who leads this team may change it. Ask its supervisor or an administrator.")


class NotYourAgent(Refusal):
    status = 403
    text = _("You add and remove agents whom you see. Ask an administrator for anybody else.")


class NameTaken(Refusal):
    text = _("Another team has this name already.")


class AlreadyMember(Refusal):
    text = _("This person works in the team already.")


class LeadsMustSupervise(Refusal):
    text = _("Only a supervisor can lead a team. Change the person's role first.")


class HasHistory(Refusal):
    text = _("This team has conversations or numbers, so it stays in the records. Deactivate it instead.")
