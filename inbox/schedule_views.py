"""The part of the thread that schedules messages: the form, what waits, and what could not be sent."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import PersonRequest
from inbox import actions, selectors
from inbox.forms import ScheduleForm
from inbox.models import Conversation
from inbox.views import refusals_as_notices
from messaging import outgoing
from messaging.limits import Invalid


@require_POST
@refusals_as_notices
def scheduled_messages(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep a text until its time."""
    conversation = get_object_or_404(Conversation.objects.visible_to(request.user), pk=pk)
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return _problem(request, form)
    try:
        actions.schedule_message(
            conversation,
            outgoing.text(form.cleaned_data["text"]),
            due_at=form.cleaned_data["due_at"],
            cancel_if_answered=form.cleaned_data["cancel_if_answered"],
            client_key=str(form.cleaned_data["client_key"]),
            by=request.user,
        )
    except Invalid as invalid:
        return render(request, "inbox/_notice.html", {"text": str(invalid)}, status=400)
    return _shown(request, conversation)


@require_http_methods(["GET", "POST", "DELETE"])
@refusals_as_notices
def scheduled_message(request: PersonRequest, pk: int) -> HttpResponse:
    """GET gives the form with what waits, POST changes it, DELETE cancels it."""
    visible = selectors.visible_scheduled(request.user).select_related("conversation__number")
    scheduled = get_object_or_404(visible, pk=pk)
    if request.method == "GET":
        return render(request, "inbox/_schedule_form.html", _form(scheduled.conversation) | {"scheduled": scheduled})
    if request.method == "DELETE":
        actions.cancel_scheduled(scheduled)
        return _shown(request, scheduled.conversation)
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return _problem(request, form)
    try:
        actions.change_scheduled(
            scheduled,
            outgoing.text(form.cleaned_data["text"]),
            due_at=form.cleaned_data["due_at"],
            cancel_if_answered=form.cleaned_data["cancel_if_answered"],
        )
    except Invalid as invalid:
        return render(request, "inbox/_notice.html", {"text": str(invalid)}, status=400)
    return _shown(request, scheduled.conversation)


def _problem(request: PersonRequest, form: ScheduleForm) -> HttpResponse:
    text = _("Say when the message shall leave.") if "due_at" in form.errors else _("Reload the page and try again.")
    return render(request, "inbox/_notice.html", {"text": text}, status=400)


def _shown(request: PersonRequest, conversation: Conversation) -> HttpResponse:
    context = _form(conversation) | {"scheduled_messages": selectors.scheduled_for_display(conversation), "oob": True}
    return render(request, "inbox/_scheduled_changed.html", context)


def _form(conversation: Conversation) -> dict[str, Any]:
    return {"conversation": conversation, "client_key": uuid.uuid4()}
