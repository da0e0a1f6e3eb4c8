"""The shape of what the inbox page submits."""

from __future__ import annotations

from django import forms

from accounts.models import User
from inbox.models import Conversation
from inbox.selectors import assignable_people


class MessageForm(forms.Form):
    """A text for the customer, perhaps in answer to the message `quoted`.

    `client_key` makes the second click the same message.
    """

    text = forms.CharField(strip=False, required=False)
    quoted = forms.IntegerField(required=False)
    client_key = forms.UUIDField()


class ScheduleForm(MessageForm):
    """A text and when it shall leave, in the person's zone."""

    due_at = forms.DateTimeField()
    cancel_if_answered = forms.BooleanField(required=False)


class AssigneeForm(forms.Form):
    """Who shall look after the conversation; empty for nobody."""

    user = forms.ModelChoiceField(User.objects.none(), required=False)

    def __init__(self, *args: object, conversation: Conversation, by: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        people = assignable_people(conversation) | User.objects.filter(pk=by.pk).distinct()
        self.fields["user"].queryset = people  # type: ignore[attr-defined]
