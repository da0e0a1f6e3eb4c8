"""Why a verb of numbers and accounts said no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lib.refusals import Refusal


class AccountTaken(Refusal):
    text = _("This WhatsApp account is here already. Open it in the list of accounts.")


class NumberTaken(Refusal):
    text = _("A number with this phone number id is here already, or was before it moved.")


class HasNumbers(Refusal):
    text = _("The account still has numbers. Move or delete them first.")


class HasHistory(Refusal):
    text = _("The number has conversations, which stay. Pause it instead of deleting it.")


class TemplatesInUse(Refusal):
    text = _("Templates of this account were sent by campaigns, which stay. So does the account.")


class NothingToMove(Refusal):
    text = _("The number is in this account under this id already. Nothing was changed.")
