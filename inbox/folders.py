"""Folders of the inbox: each knows its filter."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from inbox.models import Conversation
from inbox.models.conversation import window_ends_soon


class Folder(TextChoices):
    """What a person may look through; the value is the word in the address."""

    MINE = "mine", _("Mine")
    UNASSIGNED = "unassigned", _("Unassigned")
    ALL = "all", _("All of my teams")
    CLOSED = "closed", pgettext_lazy("folder", "Closed")
    ENDING = "ending", _("Window ending")

    def of(self, user: User) -> QuerySet[Conversation]:
        """The conversations of this folder that `user` may see, newest first; windows by their end, next first."""
        sign = "-" if self.is_newest_first else ""
        visible = Conversation.objects.visible_to(user).order_by(f"{sign}{self._by}", f"{sign}pk")
        match self:
            case Folder.MINE:
                return visible.not_closed().filter(assignee=user)
            case Folder.UNASSIGNED:
                return visible.not_closed().filter(assignee=None)
            case Folder.ENDING:
                return visible.not_closed().filter(window_ends_soon())
            case Folder.ALL:
                return visible.not_closed()
            case Folder.CLOSED:
                return visible.filter(status=Conversation.Status.CLOSED)

    @property
    def is_newest_first(self) -> bool:
        """Whether the newest message comes first; else the window that ends next."""
        return self != Folder.ENDING

    def place(self, conversation: Conversation) -> datetime:
        """The time by which a conversation has its place in this folder."""
        at: datetime = getattr(conversation, self._by)
        return at

    def beyond(self, at: datetime, pk: int) -> Q:
        """What comes after the conversation `pk` whose place is `at`."""
        further = "lt" if self.is_newest_first else "gt"
        return Q(**{f"{self._by}__{further}": at}) | Q(**{self._by: at, f"pk__{further}": pk})

    @property
    def _by(self) -> str:
        return "last_message_at" if self.is_newest_first else "last_inbound_at"
