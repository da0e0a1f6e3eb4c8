"""What an agent writes with besides words: forms in a dialog, each with a preview of its bubble."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import PersonRequest
from inbox import actions, selectors
from inbox.compositions import FORMS, Composition
from inbox.models import Conversation, Message
from inbox.views import refusals_as_notices
from messaging import outgoing
from messaging.limits import Invalid


@require_http_methods(["GET", "POST"])
def composition(request: PersonRequest, pk: int, kind: str) -> HttpResponse:
    """GET opens the form of a kind; POST sends it and answers with the message, or with what is wrong."""
    conversation = _find(request, pk)
    if request.method == "GET":
        form = _form_of(kind)(initial={"client_key": uuid.uuid4(), "quoted": request.GET.get("quoted")})
    else:
        form = _form_of(kind)(request.POST)
        if form.is_valid() and (sent := _send(request, conversation, form)):
            shown = selectors.messages_for_display().filter(pk=sent.pk)
            return render(request, "inbox/_message_added.html", {"messages": shown})
    return render(request, "inbox/_composition.html", {"form": form, "kind": kind, "conversation": conversation})


@require_POST
def preview(request: PersonRequest, pk: int, kind: str) -> HttpResponse:
    """The bubble that a form will be; nothing while something is missing."""
    conversation = _find(request, pk)
    form = _form_of(kind)(request.POST)
    if not form.is_valid():
        return render(request, "inbox/_composition_preview.html")
    message = Message(
        conversation=conversation,
        number=conversation.number,
        direction=Message.Direction.OUTBOUND,
        kind=form.message.kind,
        payload=form.message.payload,
        text=form.message.words,
        sent_at=timezone.now(),
    )
    return render(request, "inbox/_composition_preview.html", {"message": message})


@require_POST
@refusals_as_notices
def reaction(request: PersonRequest, pk: int) -> HttpResponse:
    """React to a message with an `emoji`; without one the reaction ends. It is shown once WhatsApp took it."""
    message = get_object_or_404(selectors.visible_messages(request.user).select_related("conversation__contact"), pk=pk)
    try:
        content = outgoing.reaction(message.wamid or "", request.POST.get("emoji", ""))
    except Invalid as invalid:
        raise actions.NotQuotable from invalid
    actions.send_message(message.conversation, content, client_key=str(uuid.uuid4()), by=request.user)
    return HttpResponse(status=204)


def _send(request: PersonRequest, conversation: Conversation, form: Composition) -> Message | None:
    """Send what a valid form says; a refusal is noted in the form instead."""
    quoted = form.cleaned_data["quoted"]
    try:
        return actions.send_message(
            conversation,
            form.message,
            client_key=str(form.cleaned_data["client_key"]),
            by=request.user,
            quoted=get_object_or_404(selectors.visible_messages(request.user), pk=quoted) if quoted else None,
        )
    except actions.Refusal as refusal:
        form.add_error(None, str(refusal))
        return None


def _form_of(kind: str) -> type[Composition]:
    if kind not in FORMS:
        raise Http404
    return FORMS[kind]


def _find(request: PersonRequest, pk: int) -> Conversation:
    visible = Conversation.objects.visible_to(request.user).select_related("contact", "number")
    return get_object_or_404(visible, pk=pk)
