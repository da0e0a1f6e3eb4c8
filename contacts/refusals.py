"""Why a verb about contacts said no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from lib.refusals import Refusal


class PhoneTaken(Refusal):
    """`contact` is who has the phone; not everybody may be told."""

    text = _("Another contact has this phone already.")

    def __init__(self, contact: Contact) -> None:
        super().__init__()
        self.contact = contact


class NotAPhone(Refusal):
    text = _("This is no phone number. Write it with country and area code, as in +55 11 98765-0001.")


class NothingGiven(Refusal):
    text = _("A contact needs a phone or a name.")
