"""Contacts: searched, read, written down."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from contacts import actions
from contacts.models import Contact, ContactIdentity
from contacts.refusals import PhoneTaken
from inbox.api.filters import ContactFilter
from inbox.api.shapes import ContactOut
from inbox.selectors import visible_contacts
from lib.api import problems
from lib.api.bodies import Body
from lib.api.schema import example
from lib.api.views import ReadOne, Resource


@example({"phone": "+55 11 98765-0001", "name": "Ana"})
class NewContact(Body):
    """A phone, a name, or both."""

    phone = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=40, help_text=_("With its country; else Brazilian.")
    )
    name = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=Contact._meta.get_field("name").max_length
    )


class ContactViewSet(ListModelMixin, ReadOne, Resource):
    """The contacts the person may see, the newest first."""

    scope = "contacts"
    queryset = Contact.objects.all()
    serializer_class = ContactOut
    filterset_class = ContactFilter
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[Contact]:
        identities = Prefetch("identities", ContactIdentity.objects.filter(is_current=True))
        return visible_contacts(self.request.user).filter(merged_into=None).prefetch_related(identities)

    @extend_schema(request=NewContact, responses={201: ContactOut})
    def create(self, request: Request) -> Response:
        """Write down a contact with whom nobody has talked yet."""
        try:
            contact = actions.create_contact(**self.body(NewContact), by=self.request.user)
        except PhoneTaken as refusal:
            return self._taken(refusal)
        return self.shown(contact, status=HTTPStatus.CREATED)

    def _taken(self, refusal: PhoneTaken) -> Response:
        """Refuse, and say who has the phone where the person may see them."""
        known = self.get_queryset().filter(pk=refusal.contact.pk).exists()
        told: dict[str, Any] = {"contact": refusal.contact.pk} if known else {}
        problem = problems.document(refusal.status, kind="refusal:phone_taken", detail=str(refusal), **told)
        return Response(problem, status=refusal.status, content_type=problems.MEDIA_TYPE)
