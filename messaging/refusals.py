"""Why a verb of templates said no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lib.refusals import Refusal


class TemplateTaken(Refusal):
    text = _("The account has a template with this name in this language already.")


class NotEditable(Refusal):
    text = _("Meta lets only approved, rejected and paused templates be changed.")


class EditedToday(Refusal):
    text = _("Meta takes one change of an approved template in 24 hours. Try again tomorrow.")


class CategoryFixed(Refusal):
    text = _("The category of an approved template cannot be changed. Create another one.")


class AlreadyDeleted(Refusal):
    text = _("This template is deleted already.")


class NoAppId(Refusal):
    text = _("A sample cannot be uploaded: WHATSAPP_APP_ID is not set in this installation.")


class RefusedByMeta(Refusal):
    """Graph refused, or could not be reached; the text says what is true and what to do."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
