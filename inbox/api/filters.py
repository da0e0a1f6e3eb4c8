"""What lists of the inbox may be narrowed by."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from contacts.models import Contact
from contacts.selectors import matching
from inbox.models import Conversation
from lib.api.filters import IdFilter, Search

LONGEST_SEARCH = 200


class ContactFilter(django_filters.FilterSet):
    search = Search(
        method="found",
        max_length=LONGEST_SEARCH,
        label=_("Part of a name, a phone in any spelling (ninth digit or not), a BSUID, the start of a username."),
    )

    class Meta:
        model = Contact
        fields: list[str] = []

    def found(self, rows: QuerySet[Contact], _name: str, text: str) -> QuerySet[Contact]:
        return rows.filter(matching(text.strip())) if text.strip() else rows


class ConversationFilter(django_filters.FilterSet):
    status = django_filters.MultipleChoiceFilter(choices=Conversation.Status.choices, label=_("May be repeated."))
    assignee = django_filters.CharFilter(method="of", max_length=19, label=_("A person's id, `me`, or `none`."))
    team = django_filters.CharFilter(method="of", max_length=19, label=_("A team's id, or `none`."))
    number = IdFilter(field_name="number_id", label=_("A number's id."))
    contact = IdFilter(field_name="contact_id", label=_("A contact's id."))
    since = django_filters.IsoDateTimeFilter(
        field_name="last_message_at", lookup_expr="gte", label=_("The last message is not older.")
    )
    until = django_filters.IsoDateTimeFilter(
        field_name="last_message_at", lookup_expr="lt", label=_("The last message is older.")
    )

    class Meta:
        model = Conversation
        fields: list[str] = []

    def of(self, rows: QuerySet[Conversation], name: str, text: str) -> QuerySet[Conversation]:
        """Filter by an id or by one of the words that stand for one."""
        if text == "none":
            return rows.filter(**{f"{name}__isnull": True})
        if text == "me" and name == "assignee":
            return rows.filter(assignee=self.request.user.pk)
        if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**63):
            raise ValidationError({name: [_("An id, or one of the words that are allowed here.")]})
        return rows.filter(**{f"{name}_id": int(text)})
