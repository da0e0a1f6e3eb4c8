"""What a program wants sent: the body of `messages/send`, and what it becomes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from contacts import phones
from contacts.models import ContactIdentity
from inbox.actions.refusals import NoOpenConversation
from inbox.models import Conversation, Message, StagedFile
from inbox.selectors import visible_messages
from lib.api.bodies import Body, VisibleId
from lib.api.schema import example
from messaging import outgoing
from messaging.kinds.contacts import Card, Phone
from messaging.kinds.interactive import Buttons, ContactRequest, Link, LocationRequest, Menu, Reply, Row, Section
from messaging.limits import Invalid
from messaging.outgoing import Outgoing

LONGEST_TEXT = 65_536


def optional_text(**more: Any) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, default="", **more)


class FileField(serializers.UUIDField):
    """A file that the person uploaded: `id` of what `POST media` answered."""

    def to_internal_value(self, data: Any) -> Any:
        key = super().to_internal_value(data)
        staged = StagedFile.objects.filter(key=key, by=self.context["request"].user).first()
        if staged is None:
            raise serializers.ValidationError(_("There is no such file of yours. Upload it first."))
        return staged.outgoing


class TextBody(Body):
    body = serializers.CharField(
        max_length=LONGEST_TEXT, trim_whitespace=False, help_text=_("More than 4,096 characters leave as several.")
    )


class CaptionedBody(Body):
    media = FileField()
    caption = optional_text(trim_whitespace=False)


class AudioBody(Body):
    media = FileField()
    voice = serializers.BooleanField(required=False, default=False, help_text=_("As a voice note: ogg with opus."))


class StickerBody(Body):
    media = FileField()


class LocationBody(Body):
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    name = optional_text()
    address = optional_text()


class PhoneBody(Body):
    number = serializers.CharField(max_length=40)
    label = optional_text(max_length=40)


class CardBody(Body):
    name = serializers.CharField()
    phones = PhoneBody(many=True, required=False, default=list)
    emails = serializers.ListField(child=serializers.EmailField(), required=False, default=list)
    organization = optional_text(max_length=200)


class ReplyBody(Body):
    id = serializers.CharField()
    title = serializers.CharField()


class RowBody(ReplyBody):
    description = optional_text()


class SectionBody(Body):
    title = optional_text()
    rows = RowBody(many=True)


QUESTIONS: dict[str, tuple[str, ...]] = {
    "button": ("header", "footer", "buttons"),
    "list": ("header", "footer", "button", "sections"),
    "cta_url": ("header", "footer", "label", "url"),
    "location_request": (),
    "contact_request": (),
}


class InteractiveBody(Body):
    """A question: `type` says which, and which of the other members belong to it."""

    type = serializers.ChoiceField(sorted(QUESTIONS))
    body = serializers.CharField(trim_whitespace=False)
    header = serializers.CharField(required=False)
    footer = serializers.CharField(required=False)
    buttons = ReplyBody(many=True, required=False, help_text=_("Of `button`: one to three."))
    button = serializers.CharField(required=False, help_text=_("Of `list`: what opens it."))
    sections = SectionBody(many=True, required=False, help_text=_("Of `list`: ten rows in all."))
    label = serializers.CharField(required=False, help_text=_("Of `cta_url`: what stands on the button."))
    url = serializers.CharField(required=False, help_text=_("Of `cta_url`: the page it opens."))

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        allowed = QUESTIONS[data["type"]]
        if other := sorted(data.keys() - {"type", "body", *allowed}):
            raise serializers.ValidationError({name: [_("This question has no such part.")] for name in other})
        if missing := [name for name in allowed[2:] if name not in data]:
            raise serializers.ValidationError({name: [_("This field is required.")] for name in missing})
        return data


class ReactionBody(Body):
    message = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text=_("The id of a message."))
    emoji = optional_text(help_text=_("Empty to take the reaction away."))


@example(
    {"conversation": 4711, "type": "text", "text": {"body": "Bom dia! Seu pedido saiu para entrega."}, "quoted": 90210}
)
class Sending(Body):
    """One message: to a `conversation`, or from a `number` to a phone or BSUID that has an open one.

    `type` names the kind, and one member of that name says what of it.
    """

    conversation = VisibleId("inbox.Conversation", required=False)
    number = VisibleId("numbers.PhoneNumber", required=False, help_text=_("Instead of `conversation`, with `to`."))
    to = serializers.CharField(required=False, max_length=160, help_text=_("A phone, +E.164, or a BSUID."))
    quoted = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text=_("The id of the message it answers.")
    )
    type = serializers.ChoiceField(
        ["text", "image", "video", "document", "audio", "sticker", "location", "contacts", "interactive", "reaction"]
    )
    text = TextBody(required=False)
    image = CaptionedBody(required=False)
    video = CaptionedBody(required=False)
    document = CaptionedBody(required=False)
    audio = AudioBody(required=False)
    sticker = StickerBody(required=False)
    location = LocationBody(required=False)
    contacts = CardBody(many=True, required=False)
    interactive = InteractiveBody(required=False)
    reaction = ReactionBody(required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if ("conversation" in data) == ("to" in data) or ("to" in data) != ("number" in data):
            raise serializers.ValidationError(_("Name a `conversation`, or a `number` and `to`."))
        kind = data["type"]
        if kind not in data:
            raise serializers.ValidationError({kind: [_("This field is required.")]})
        if other := sorted((data.keys() & MAKERS.keys()) - {kind}):
            raise serializers.ValidationError({name: [_("This is not what `type` says.")] for name in other})
        try:
            return data | {"contents": MAKERS[kind](data[kind], self._message(data, "reaction", "message"))}
        except Invalid as invalid:
            raise serializers.ValidationError({kind: {invalid.field: [invalid.reason]}}) from invalid

    def _message(self, data: dict[str, Any], *path: str) -> Message | None:
        """Find the message that a member names, among those the person may see."""
        found: Any = data
        for name in path:
            found = (found or {}).get(name)
        if found is None:
            return None
        message = visible_messages(self.context["request"].user).select_related("conversation").filter(pk=found).first()
        if message is None:
            raise serializers.ValidationError({path[0]: [_("There is no such message.")]})
        return message

    def validate_quoted(self, pk: int) -> Message | None:
        return self._message({"quoted": pk}, "quoted")


def conversation_of(data: dict[str, Any], user: Any) -> Conversation:
    """Return the conversation that a body names; raise NoOpenConversation."""
    if "conversation" in data:
        found: Conversation = data["conversation"]
        return found
    key = data["to"] if phones.BSUID.match(data["to"]) else phones.dialled(data["to"])
    kind = ContactIdentity.Kind
    named = ContactIdentity.objects.filter(is_current=True)
    named = named.filter(kind=kind.BSUID, value=key) if key == data["to"] else named.filter(kind=kind.PHONE, key=key)
    theirs = Conversation.objects.visible_to(user).not_closed()
    talk = theirs.filter(number=data["number"], contact__in=named.values("contact")).first() if key else None
    if talk is None:
        raise NoOpenConversation
    return talk


def _interactive(said: dict[str, Any]) -> Outgoing:
    more = {name: said[name] for name in ("header", "footer") if name in said}
    match said["type"]:
        case "button":
            return outgoing.question(Buttons(said["body"], [Reply(**one) for one in said["buttons"]], **more))
        case "list":
            sections = [Section([Row(**row) for row in one["rows"]], one["title"]) for one in said["sections"]]
            return outgoing.question(Menu(said["body"], said["button"], sections, **more))
        case "cta_url":
            return outgoing.question(Link(said["body"], said["label"], said["url"], **more))
        case "location_request":
            return outgoing.question(LocationRequest(said["body"]))
    return outgoing.question(ContactRequest(said["body"]))


def _cards(said: list[dict[str, Any]]) -> Outgoing:
    return outgoing.contacts(
        [
            Card(
                one["name"],
                tuple(Phone(**phone) for phone in one["phones"]),
                tuple(one["emails"]),
                one["organization"],
            )
            for one in said
        ]
    )


MAKERS: dict[str, Callable[[Any, Message | None], list[Outgoing]]] = {
    "text": lambda said, _: outgoing.texts(said["body"]),
    "image": lambda said, _: [outgoing.image(said["media"], said["caption"])],
    "video": lambda said, _: [outgoing.video(said["media"], said["caption"])],
    "document": lambda said, _: [outgoing.document(said["media"], said["caption"])],
    "audio": lambda said, _: [outgoing.audio(said["media"], is_voice=said["voice"])],
    "sticker": lambda said, _: [outgoing.sticker(said["media"])],
    "location": lambda said, _: [outgoing.location(**said)],
    "contacts": lambda said, _: [_cards(said)],
    "interactive": lambda said, _: [_interactive(said)],
    "reaction": lambda said, target: [outgoing.reaction((target and target.wamid) or "", said["emoji"])],
}
