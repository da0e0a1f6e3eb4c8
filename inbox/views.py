"""The inbox page and its parts: find through the person, call one verb, answer with the same partials."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import PersonRequest
from inbox import actions, selectors
from inbox.folders import Folder
from inbox.forms import AnswerForm, AssigneeForm
from inbox.models import Conversation, Message
from inbox.pages import find_conversation as _find
from inbox.pages import thread_state as _state
from messaging.limits import Invalid

View = Callable[..., HttpResponse]

PLAIN_ID = re.compile("[0-9]{1,18}")


def refusals_as_notices(view: View) -> View:
    """Answer a refused verb with its words in the page's notice area and nothing else changed."""

    @wraps(view)
    def wrapped(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except actions.Refusal as refusal:
            return render(request, "inbox/_notice.html", {"text": str(refusal)}, status=409)

    return wrapped


@require_GET
def home(request: PersonRequest) -> HttpResponse:
    """Open the folder a person starts in: their own work, or what waits for somebody."""
    counts = selectors.folder_counts(request.user)
    start = Folder.MINE if counts["mine"] else Folder.UNASSIGNED if counts["unassigned"] else Folder.MINE
    return redirect("inbox:folder", folder=start)


@require_GET
def folder(request: PersonRequest, folder: Folder) -> HttpResponse:
    """The page with a folder's list and no thread; for htmx, the list pane alone."""
    context = _list_context(request, folder)
    return render(request, "inbox/_list.html" if request.htmx else "inbox/inbox.html", context)


@require_GET
def rows(request: PersonRequest, folder: Folder) -> HttpResponse:
    """More rows of a folder, or its first ones afresh."""
    return render(request, "inbox/_rows.html", _list_context(request, folder))


@require_GET
def conversation(request: PersonRequest, folder: Folder, pk: int) -> HttpResponse:
    """A thread in its page; for htmx, the thread and contact panes alone."""
    found = _find(request, pk)
    actions.note_reading(found, by=request.user)
    context = _thread_context(request, found, folder)
    if request.htmx:
        # A push may replace the row while its request is under way; the address follows all the same.
        response = render(request, "inbox/_thread.html", context)
        response["HX-Push-Url"] = request.path
        return response
    return render(request, "inbox/inbox.html", _list_context(request, folder) | context)


@require_GET
def older(request: PersonRequest, pk: int) -> HttpResponse:
    """The page of messages before `?before=`."""
    conversation = _find(request, pk)
    page = selectors.thread_page(conversation, before=request.GET.get("before", ""))
    return render(request, "inbox/_older.html", {"conversation": conversation, "page": page})


@require_GET
def changes(request: PersonRequest, pk: int) -> HttpResponse:
    """All that changed in a thread since `?since=`: the truth a page asks for after any gap."""
    conversation = _find(request, pk)
    since = request.GET.get("since", "")
    page = selectors.thread_changes(conversation, since=int(since) if since.isdecimal() else 0)
    return render(request, "inbox/_changes.html", _state(request, conversation) | {"page": page})


@require_POST
def messages(request: PersonRequest, pk: int) -> HttpResponse:
    """Send a text or files; answers with the messages and a fresh composer, or with the reason."""
    conversation = _find(request, pk)
    form = AnswerForm(request.POST, by=request.user)
    if not form.is_valid():
        return render(request, "inbox/_notice.html", {"text": _("Reload the page and try again.")}, status=400)
    quoted = form.cleaned_data["quoted"]
    try:
        sent = actions.send_messages(
            conversation,
            form.messages(),
            client_key=str(form.cleaned_data["client_key"]),
            by=request.user,
            quoted=_find_message(request, quoted) if quoted else None,
        )
    except Invalid as invalid:
        return render(request, "inbox/_notice.html", {"text": str(invalid.reason)}, status=409)
    except actions.Refusal as refusal:
        return render(request, "inbox/_notice.html", {"text": str(refusal)}, status=409)
    shown = selectors.messages_for_display().filter(pk__in=[message.pk for message in sent]).order_by("pk")
    # A voice note leaves the text that is being written, and its key, alone.
    template = "inbox/_message_added.html" if form.cleaned_data["is_voice"] else "inbox/_sent.html"
    return render(request, template, _state(request, conversation) | {"messages": shown})


@require_http_methods(["PUT", "POST"])
@refusals_as_notices
def assignee(request: PersonRequest, pk: int) -> HttpResponse:
    """Give the conversation to a person, or to nobody."""
    conversation = _find(request, pk)
    data = request.POST if request.method == "POST" else QueryDict(request.body)
    form = AssigneeForm(data, conversation=conversation, by=request.user)
    if not form.is_valid():
        raise actions.NotAssignable
    changed = actions.assign_conversation(conversation, user=form.cleaned_data["user"], by=request.user)
    return render(request, "inbox/_state.html", _state(request, changed))


@require_http_methods(["POST", "DELETE"])
@refusals_as_notices
def closure(request: PersonRequest, pk: int) -> HttpResponse:
    """POST closes the conversation, DELETE reopens it."""
    verb = actions.close_conversation if request.method == "POST" else actions.reopen_conversation
    changed = verb(_find(request, pk), by=request.user)
    return render(request, "inbox/_state.html", _state(request, changed))


@require_POST
def readings(request: PersonRequest, pk: int) -> HttpResponse:
    """Note that the thread is before somebody's eyes, up to the message `seen`."""
    seen = request.POST.get("seen", "")
    actions.mark_read(_find(request, pk), up_to=int(seen) if PLAIN_ID.fullmatch(seen) else None)
    return HttpResponse(status=204)


@require_POST
def typing(request: PersonRequest, pk: int) -> HttpResponse:
    """Note that somebody writes to the customer, who may see it."""
    actions.tell_typing(_find(request, pk))
    return HttpResponse(status=204)


@require_POST
@refusals_as_notices
def resend(request: PersonRequest, pk: int) -> HttpResponse:
    """Send again what failed or was not confirmed."""
    original = _find_message(request, pk)
    message = actions.resend_message(original, by=request.user)
    shown = selectors.messages_for_display().filter(pk__in=[original.pk, message.pk]).order_by("pk")
    return render(request, "inbox/_message_added.html", {"messages": shown})


@require_POST
@refusals_as_notices
def confirmation(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a message that was not confirmed for sent."""
    message = _find_message(request, pk)
    actions.confirm_sent(message, by=request.user)
    shown = selectors.messages_for_display().filter(pk=message.pk)
    return render(request, "inbox/_message_added.html", {"messages": shown})


def _find_message(request: PersonRequest, pk: int) -> Message:
    return get_object_or_404(selectors.visible_messages(request.user).select_related("conversation"), pk=pk)


def _list_context(request: PersonRequest, folder: Folder) -> dict[str, Any]:
    return {
        "folder": folder,
        "folders": Folder,
        "counts": selectors.folder_counts(request.user),
        "list": selectors.list_page(folder, request.user, before=request.GET.get("before", "")),
    }


def _thread_context(request: PersonRequest, conversation: Conversation, folder: Folder) -> dict[str, Any]:
    page = selectors.thread_page(conversation)
    return _state(request, conversation) | {"folder": folder, "page": page}
