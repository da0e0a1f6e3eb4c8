"""Folders of the inbox: each knows its filter."""

from __future__ import annotations

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from inbox.models import Conversation


class Folder(TextChoices):
    """What a person may look through; the value is the word in the address."""

    MINE = "mine", _("Mine")
    UNASSIGNED = "unassigned", _("Unassigned")
    ALL = "all", _("All of my teams")
    CLOSED = "closed", pgettext_lazy("folder", "Closed")

    def of(self, user: User) -> QuerySet[Conversation]:
        """The conversations of this folder that `user` may see, newest first."""
        visible = Conversation.objects.visible_to(user).order_by("-last_message_at", "-pk")
        match self:
            case Folder.MINE:
                return visible.not_closed().filter(assignee=user)
            case Folder.UNASSIGNED:
                return visible.not_closed().filter(assignee=None)
            case Folder.ALL:
                return visible.not_closed()
            case Folder.CLOSED:
                return visible.filter(status=Conversation.Status.CLOSED)
