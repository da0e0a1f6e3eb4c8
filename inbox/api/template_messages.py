"""A message made of a template, by API: into a conversation, or to a person who need not have written yet."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import idempotency
from inbox.actions import send_message, start_conversation
from inbox.api.messages import MessageOut, messages_for_reading
from inbox.api.sending import FileField
from inbox.models import Conversation, Message
from lib.api.bodies import Body, VisibleId
from lib.api.schema import example
from lib.api.views import ApiView
from messaging.kinds.template import Link, Place
from messaging.limits import Invalid
from messaging.models import Template
from messaging.template_parts import Ask, Parts, Slot, Words, read
from messaging.template_values import Given, outgoing


class TemplateHeader(Body):
    """What goes into the header: `text` for its variable, `media` or `link` for its file, the rest for its place."""

    text = serializers.CharField(required=False, max_length=60)
    media = FileField(required=False, help_text=_("Its file: the id that `POST media` answered."))
    link = serializers.URLField(required=False, max_length=2000, help_text=_("WhatsApp fetches the file from there."))
    latitude = serializers.FloatField(required=False, min_value=-90, max_value=90)
    longitude = serializers.FloatField(required=False, min_value=-180, max_value=180)
    name = serializers.CharField(required=False, default="", allow_blank=True, max_length=1024)
    address = serializers.CharField(required=False, default="", allow_blank=True, max_length=1024)


class ValuesField(serializers.JSONField):
    """The variables of the text: an object by their names, or a list in their order."""

    def to_internal_value(self, data: Any) -> Any:
        values = data.values() if isinstance(data, dict) else data if isinstance(data, list) else [None]
        if not all(isinstance(value, str) for value in values):
            raise serializers.ValidationError(_("Give the values as texts: by name, or as a list in their order."))
        return data


class TemplateCard(Body):
    """What goes into one card of a carousel."""

    header = TemplateHeader(required=False)
    values = ValuesField(required=False, default=dict)
    buttons = serializers.DictField(child=serializers.CharField(), required=False, default=dict)


@example(
    {
        "number": 3,
        "to": "+5511987650001",
        "name": "pedido_enviado",
        "language": "pt_BR",
        "values": ["Ana", "8812", "quinta-feira"],
    }
)
class TemplateMessage(TemplateCard):
    """Where to, which template, and what goes into it."""

    conversation = VisibleId("inbox.Conversation", required=False, help_text=_("Where to; or `number` and `to`."))
    number = VisibleId("numbers.PhoneNumber", required=False, help_text=_("From which number."))
    to = serializers.CharField(required=False, max_length=64, help_text=_("A phone, or a BSUID."))
    template = VisibleId("messaging.Template", required=False, help_text=_("Its id; or `name` and `language`."))
    name = serializers.CharField(required=False, max_length=512)
    language = serializers.CharField(required=False, max_length=16)
    cards = TemplateCard(many=True, required=False, default=list)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if ("conversation" in data) == ("number" in data and "to" in data):
            raise serializers.ValidationError(_("Name a conversation, or a number and whom to write to."))
        if ("template" in data) == ("name" in data and "language" in data):
            raise serializers.ValidationError(_("Name a template by its id, or by name and language."))
        return data


class SendTemplate(ApiView):
    """Send a message made of an approved template; it may be the first one to this person."""

    scope = "conversations"

    @extend_schema(request=TemplateMessage, responses={201: MessageOut}, parameters=[idempotency.PARAMETER])
    def post(self, request: Request) -> Response:
        """Send a template; where no conversation is open, one begins and waits for the customer."""
        asked = self.body(TemplateMessage)

        def act() -> Response:
            message = self._sent(asked.get("conversation") or self._started(asked), asked)
            shown = messages_for_reading(Message.objects.filter(pk=message.pk)).get()
            return Response(MessageOut(shown, context={"request": request}).data, status=201)

        return idempotency.once(request, act)

    def _started(self, asked: Mapping[str, Any]) -> Conversation:
        to = asked["to"]
        named = {"bsuid": to} if to[:2].isalpha() and to[2:3] == "." else {"phone": to}
        return start_conversation(asked["number"], by=self.request.user, **named)

    def _sent(self, conversation: Conversation, asked: Mapping[str, Any]) -> Message:
        template = _template(conversation, asked)
        parts = read(template)
        try:
            content = outgoing(template, dict(_given(parts, asked)))
        except Invalid as invalid:
            raise serializers.ValidationError({_member(invalid.field): [invalid.reason]}) from invalid
        return send_message(conversation, content, client_key=f"api-{uuid.uuid4()}", by=self.request.user)


def _template(conversation: Conversation, asked: Mapping[str, Any]) -> Template:
    """Find the template in the account of the conversation's number; raise ValidationError."""
    named = {"pk": asked["template"].pk} if "template" in asked else {key: asked[key] for key in ("name", "language")}
    found = Template.objects.filter(waba=conversation.number.waba_id, **named).first()
    if found is None:
        member = "template" if "template" in asked else "name"
        raise serializers.ValidationError({member: [_("The account of this number has no such template.")]})
    return found


def _given(parts: Parts, asked: Mapping[str, Any]) -> Iterator[tuple[str, Given]]:
    """Give each value the key of its slot; what fits no slot gets a key that there is not, and is refused."""
    yield from _given_of("", parts.body, parts.slots, asked)
    for position, card in enumerate(asked["cards"]):
        words = parts.cards[position].body if position < len(parts.cards) else Words()
        yield from _given_of(f"card.{position}.", words, parts.slots, card)


def _given_of(
    place: str, body: Words, slots: tuple[Slot, ...], asked: Mapping[str, Any]
) -> Iterator[tuple[str, Given]]:
    values = asked["values"]
    if isinstance(values, list):
        names = _in_order(body)
        values = {names[n] if n < len(names) else str(n + 1): value for n, value in enumerate(values)}
    yield from ((f"{place}body.{name}", value) for name, value in values.items())
    yield from ((f"{place}button.{position}", value) for position, value in asked["buttons"].items())
    if header := asked.get("header"):
        yield _header(place, slots, header)


def _in_order(body: Words) -> list[str]:
    """The names of a text's variables: numbered ones by their number, others as they are read."""
    names = [slot.name for slot in body.slots]
    return sorted(names, key=int) if all(name.isdigit() for name in names) else names


def _header(place: str, slots: tuple[Slot, ...], header: Mapping[str, Any]) -> tuple[str, Given]:
    key = f"{place}header"
    slot = next((slot for slot in slots if slot.key == key or slot.key.startswith(f"{key}.")), None)
    if slot and slot.ask is Ask.FILE and "media" in header:
        return slot.key, header["media"]
    if slot and slot.ask is Ask.FILE:
        return slot.key, Link(slot.kind, header.get("link", ""))
    if slot and slot.ask is Ask.PLACE and "latitude" in header and "longitude" in header:
        return slot.key, Place(header["latitude"], header["longitude"], header["name"], header["address"])
    return slot.key if slot else key, header.get("text", "")


def _member(key: str) -> str:
    """Name the member of the body that a slot's value came from: cards.0.values.cliente for card.0.body.cliente."""
    if key.startswith("card."):
        _card, position, rest = key.split(".", 2)
        return f"cards.{position}.{_member(rest)}"
    part, _sep, name = key.partition(".")
    return {"body": f"values.{name}", "button": f"buttons.{name}"}.get(part, "header" if part == "header" else key)
