"""How the inbox's things read in JSON: every field is named here, none comes along by itself."""

from __future__ import annotations

from rest_framework import serializers

from accounts.models import User
from contacts.models import Contact
from inbox.models import Conversation
from lib.api.schema import example
from numbers.models import PhoneNumber
from teams.models import Team


class PersonRef(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "name"]


class TeamRef(serializers.ModelSerializer[Team]):
    class Meta:
        model = Team
        fields = ["id", "name"]


class NumberRef(serializers.ModelSerializer[PhoneNumber]):
    class Meta:
        model = PhoneNumber
        fields = ["id", "name", "display_phone"]


class ContactRef(serializers.ModelSerializer[Contact]):
    name = serializers.CharField(source="display_name")
    phone = serializers.CharField(help_text="+E.164, or empty while Meta withholds it.")

    class Meta:
        model = Contact
        fields = ["id", "name", "phone"]


CONTACT = {
    "id": 90,
    "name": "Ana",
    "phone": "+5511987650001",
    "given_name": "",
    "username": "ana.flores",
    "bsuid": "BR.13491208655302741918",
    "refuses_marketing": False,
    "created_at": "2026-03-02T12:00:00Z",
}


@example(CONTACT)
class ContactOut(ContactRef):
    given_name = serializers.CharField(source="name", help_text="The name that we gave; empty where we gave none.")
    username = serializers.CharField()
    bsuid = serializers.CharField()
    refuses_marketing = serializers.BooleanField()

    class Meta(ContactRef.Meta):
        fields = [*ContactRef.Meta.fields, "given_name", "username", "bsuid", "refuses_marketing", "created_at"]


CONVERSATION = {
    "id": 4711,
    "status": "OPEN",
    "contact": {"id": 90, "name": "Ana", "phone": "+5511987650001"},
    "number": {"id": 3, "name": "Loja", "display_phone": "+55 11 4002-0001"},
    "team": {"id": 2, "name": "Atendimento"},
    "assignee": {"id": 7, "name": "Bruno"},
    "unread_count": 1,
    "created_at": "2026-03-02T12:00:00Z",
    "closed_at": None,
    "last_message_at": "2026-03-02T12:34:56Z",
    "last_inbound_at": "2026-03-02T12:34:56Z",
    "last_outbound_at": None,
    "waiting_since": "2026-03-02T12:00:00Z",
    "window_ends_at": "2026-03-03T12:34:56Z",
}


@example(CONVERSATION)
class ConversationOut(serializers.ModelSerializer[Conversation]):
    contact = ContactRef()
    number = NumberRef()
    team = TeamRef(allow_null=True)
    assignee = PersonRef(allow_null=True)
    window_ends_at = serializers.DateTimeField(allow_null=True, help_text="Free-form messages may be sent until then.")

    class Meta:
        model = Conversation
        fields = [
            "id",
            "status",
            "contact",
            "number",
            "team",
            "assignee",
            "unread_count",
            "created_at",
            "closed_at",
            "last_message_at",
            "last_inbound_at",
            "last_outbound_at",
            "waiting_since",
            "window_ends_at",
        ]
        read_only_fields = fields
