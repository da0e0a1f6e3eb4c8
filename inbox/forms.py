"""The shape of what the inbox page submits."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from accounts.models import User
from inbox.models import Conversation, StagedFile
from inbox.selectors import assignable_people
from messaging import outgoing
from messaging.limits import MAX_CAPTION
from messaging.outgoing import Outgoing, OutgoingFile

CAPTIONED = frozenset({"image", "video", "document"})
"""Kinds of files that have words under them."""
OGG = ".ogg"
"""Only Opus in Ogg is a voice note; other recordings are sound."""


class MessageForm(forms.Form):
    """A text for the customer, perhaps in answer to the message `quoted`.

    `client_key` makes the second click the same message.
    """

    text = forms.CharField(strip=False, required=False)
    quoted = forms.IntegerField(required=False)
    client_key = forms.UUIDField()


class AnswerForm(MessageForm):
    """A text, files with it, or a voice note: whatever the composer sends."""

    is_voice = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict, *, by: User) -> None:
        super().__init__(data)
        own = StagedFile.objects.filter(by=by)
        # Not in the class: every form has a member `files` already.
        self.fields["files"] = forms.ModelMultipleChoiceField(own, to_field_name="key", required=False)

    def messages(self) -> list[Outgoing]:
        """Return what the valid form says, in its order; raise Invalid for what Meta would refuse."""
        files, text = self._files(), self.cleaned_data["text"]
        if self.cleaned_data["is_voice"]:
            return [outgoing.audio(file, is_voice=file.filename.endswith(OGG)) for file in files]
        return said_with(files, text) if files else outgoing.texts(text)

    def _files(self) -> list[OutgoingFile]:
        """Return the files as the page listed them."""
        found = {str(staged.key): staged.outgoing for staged in self.cleaned_data["files"]}
        return [found[key] for key in dict.fromkeys(self.data.getlist("files"))]  # type: ignore[attr-defined]


def said_with(files: Sequence[OutgoingFile], text: str) -> list[Outgoing]:
    """Return files with a text: under the first that can carry it, or after all of them."""
    carrier = next((file for file in files if file.kind in CAPTIONED), None)
    if not text.strip():
        return [outgoing.of_file(file) for file in files]
    if carrier is None or len(text) > MAX_CAPTION:
        return [*said_with(files, ""), *outgoing.texts(text)]
    return [outgoing.of_file(file, text if file is carrier else "") for file in files]


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
