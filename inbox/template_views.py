"""Choosing a template in a conversation, putting values into it with a live look at the message, and its use."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import PersonRequest
from inbox import actions, selectors
from inbox.models import Conversation
from inbox.pages import find_conversation, thread_state
from inbox.template_forms import given_from
from inbox.template_use import use_of, with_last_use
from messaging.limits import Invalid
from messaging.models import Template
from messaging.template_parts import Parts, read
from messaging.template_values import Given, outgoing, problems, shown

MOST = 100
"""Templates listed at once: who has more, searches."""


@require_GET
def templates(request: PersonRequest, pk: int) -> HttpResponse:
    """The approved templates of the conversation's account, the last used first; `?q=` searches."""
    conversation = find_conversation(request, pk)
    found = with_last_use(_sendable(conversation)).order_by(F("last_used_at").desc(nulls_last=True), "name", "language")
    if words := request.GET.get("q", "").strip()[:100]:
        found = found.filter(name__icontains=words) | found.filter(components__icontains=words)
    context = {"conversation": conversation, "templates": found[:MOST], "q": words}
    return render(request, "inbox/_picker_rows.html" if "q" in request.GET else "inbox/_picker.html", context)


@require_http_methods(["GET", "POST"])
def template(request: PersonRequest, pk: int, template: int) -> HttpResponse:
    """GET asks for a template's values; POST sends the message, or with `look` shows how it would read."""
    conversation = find_conversation(request, pk)
    chosen = get_object_or_404(_sendable(conversation), pk=template)
    parts = read(chosen)
    context: dict[str, Any] = {"conversation": conversation, "template": chosen, "parts": parts}
    if request.method == "GET":
        context |= {"shown": shown(parts, {}), "problems": {}, "values": {}, "client_key": uuid.uuid4()}
        return render(request, "inbox/_picker_template.html", context)
    given = given_from(parts, request.POST, by=request.user)
    if "look" in request.POST:
        return render(request, "inbox/_picker_look.html", context | _look(parts, given))
    return _send(request, given, context)


@require_GET
def template_use(request: PersonRequest, pk: int) -> HttpResponse:
    """What became of a template's messages, for its page."""
    found = get_object_or_404(Template.objects.visible_to(request.user), pk=pk)
    return render(request, "inbox/_template_use.html", {"use": use_of(found)})


def _sendable(conversation: Conversation) -> QuerySet[Template]:
    return Template.objects.filter(waba=conversation.number.waba_id, status=Template.Status.APPROVED)


def _look(parts: Parts, given: dict[str, Given]) -> dict[str, Any]:
    """The message as far as it is written, and what is wrong with the values that are there."""
    found = {problem.field: problem.reason for problem in problems(parts, given) if problem.field in given}
    return {"shown": shown(parts, given), "problems": found}


def _send(request: PersonRequest, given: dict[str, Given], context: dict[str, Any]) -> HttpResponse:
    """Send the message and close the picker; or say at each value, or above the button, why not."""
    conversation, chosen, parts = context["conversation"], context["template"], context["parts"]
    found = {problem.field: problem.reason for problem in problems(parts, given)}
    if found:
        return _unsent(request, context | {"shown": shown(parts, given), "problems": found})
    key = _client_key(request)
    try:
        message = actions.send_message(conversation, outgoing(chosen, given), client_key=key, by=request.user)
    except Invalid as invalid:
        return _unsent(request, context | {"shown": shown(parts, given), "refusal": invalid.reason})
    except actions.Refusal as refusal:
        return _unsent(request, context | {"shown": shown(parts, given), "refusal": str(refusal)})
    displayed = selectors.messages_for_display().filter(pk=message.pk)
    response = render(request, "inbox/_sent.html", thread_state(request, conversation) | {"messages": displayed})
    response["HX-Trigger"] = "picker-done"
    return response


def _unsent(request: PersonRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "inbox/_picker_look.html", {"problems": {}} | context, status=409)


def _client_key(request: PersonRequest) -> str:
    """The page's key; a page that lost it gets a new one, for it cannot have sent before."""
    try:
        return str(uuid.UUID(request.POST.get("client_key", "")))
    except ValueError:
        return str(uuid.uuid4())
