"""What an agent fills in for the kinds of message that are more than words; each form builds its message."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts import phones
from messaging import outgoing
from messaging.kinds import interactive
from messaging.kinds.contacts import MAX_NAME, Card, Phone
from messaging.kinds.interactive import questions
from messaging.limits import MAX_CAPTION, MAX_TEXT, Invalid
from messaging.map_links import coordinates
from messaging.outgoing import Outgoing


def words(label: str | Promise, at_most: int, *, is_required: bool = False, is_long: bool = False) -> forms.CharField:
    """Return a field for words, with the length that Meta allows."""
    # The space lets style sheets tell an empty field from a filled one.
    widget = forms.Textarea({"rows": 3}) if is_long else forms.TextInput({"placeholder": " ", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=at_most, required=is_required, widget=widget)  # type: ignore[arg-type]


class Composition(forms.Form):
    """A message to fill in; once valid, `message` is what to send.

    `client_key` makes the second click the same message; `quoted` is the message that it answers.
    """

    prefix = "composition"
    use_required_attribute = False
    title: ClassVar[str | Promise]
    icon: ClassVar[str]
    places: ClassVar[dict[str, str]] = {}
    """Where a part that Meta would refuse stands in the form, if not in the field of its name."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    quoted = forms.IntegerField(required=False, widget=forms.HiddenInput)

    message: Outgoing

    def clean(self) -> None:
        if self.errors:
            return
        try:
            self.message = self.outgoing()
        except Invalid as invalid:
            field = self.places.get(invalid.field, invalid.field)
            self.add_error(field if field in self.fields else None, str(invalid.reason))

    def outgoing(self) -> Outgoing:
        """Return the message that the fields say; raise Invalid."""
        raise NotImplementedError


class PlaceForm(Composition):
    """A place on the map."""

    title, icon = _("Location"), "pin"
    places: ClassVar[dict[str, str]] = {"location": "place"}

    place = forms.CharField(
        label=_("Link of the map, or coordinates"),
        max_length=2000,
        help_text=_("Paste the address of the place in a map, or for example: -23.5505, -46.6333"),
    )
    name = words(_("Name of the place"), MAX_CAPTION)
    address = words(_("Address"), MAX_CAPTION)

    def outgoing(self) -> Outgoing:
        found = coordinates(self.cleaned_data["place"])
        if found is None:
            raise Invalid("place", _("No coordinates in it. Short links must be opened first: paste the long address."))
        return outgoing.location(*found, name=self.cleaned_data["name"], address=self.cleaned_data["address"])


class CardForm(Composition):
    """A contact card."""

    title, icon = _("Contact card"), "user"

    name = words(_("Name"), MAX_NAME, is_required=True)
    phone = words(_("Phone"), 40, is_required=True)
    organization = words(_("Company"), 200)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=200)

    def outgoing(self) -> Outgoing:
        given = self.cleaned_data
        digits = phones.dialled(given["phone"])
        if not digits:
            raise Invalid("phone", _("This is no whole phone. Write it with its area code."))
        card = Card(
            name=given["name"],
            phones=(Phone(number=f"+{digits}", label="CELL", wa_id=digits),),
            emails=(given["email"],) if given["email"] else (),
            organization=given["organization"],
        )
        return outgoing.contacts([card])


class ButtonsForm(Composition):
    """A question with one to three buttons to answer with."""

    title, icon = _("Buttons"), "buttons"
    places: ClassVar[dict[str, str]] = {"buttons": "first", "title": "first"}

    body = words(_("Question"), MAX_CAPTION, is_required=True, is_long=True)
    first = words(_("First button"), questions.MAX_LABEL, is_required=True)
    second = words(_("Second button"), questions.MAX_LABEL)
    third = words(_("Third button"), questions.MAX_LABEL)
    header = words(_("Title above"), questions.MAX_HEADER)
    footer = words(_("Small print below"), questions.MAX_FOOTER)

    def outgoing(self) -> Outgoing:
        given = self.cleaned_data
        titles = [given[name] for name in ("first", "second", "third") if given[name]]
        replies = [interactive.Reply(id=str(place), title=title) for place, title in enumerate(titles, start=1)]
        asked = interactive.Buttons(given["body"], replies, header=given["header"], footer=given["footer"])
        return outgoing.question(asked)


class MenuForm(Composition):
    """A question with a list of up to ten choices that opens behind a button."""

    title, icon = _("List of choices"), "list"
    places: ClassVar[dict[str, str]] = {"rows": "row_1", "title": "row_1"}

    body = words(_("Question"), MAX_TEXT, is_required=True, is_long=True)
    button = words(_("Button that opens the list"), questions.MAX_LABEL, is_required=True)
    header = words(_("Title above"), questions.MAX_HEADER)
    footer = words(_("Small print below"), questions.MAX_FOOTER)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for place in range(1, questions.MAX_ROWS + 1):
            label = _("Choice %(place)d") % {"place": place}
            self.fields[f"row_{place}"] = words(label, questions.MAX_TITLE, is_required=place == 1)
            self.fields[f"description_{place}"] = words(_("Description"), questions.MAX_DESCRIPTION)
        self.order_fields(["body", "button", *(name for name in self.fields if "_" in name), "header", "footer"])

    def outgoing(self) -> Outgoing:
        given = self.cleaned_data
        rows = [
            interactive.Row(id=str(place), title=given[f"row_{place}"], description=given[f"description_{place}"])
            for place in range(1, questions.MAX_ROWS + 1)
            if given[f"row_{place}"] or given[f"description_{place}"]
        ]
        asked = interactive.Menu(
            given["body"],
            given["button"],
            [interactive.Section(rows)],
            header=given["header"],
            footer=given["footer"],
        )
        return outgoing.question(asked)


class LinkForm(Composition):
    """A text with a button that opens a page."""

    title, icon = _("Button with a link"), "external"

    body = words(_("Text"), MAX_CAPTION, is_required=True, is_long=True)
    label = words(_("Words on the button"), questions.MAX_LABEL, is_required=True)
    url = words(_("Address of the page"), 2000, is_required=True)
    header = words(_("Title above"), questions.MAX_HEADER)
    footer = words(_("Small print below"), questions.MAX_FOOTER)

    def outgoing(self) -> Outgoing:
        given = self.cleaned_data
        url = given["url"] if "://" in given["url"] else f"https://{given['url']}"
        return outgoing.question(
            interactive.Link(given["body"], given["label"], url, header=given["header"], footer=given["footer"])
        )


class PlaceRequestForm(Composition):
    """A question with a button to send the place where the customer is."""

    title, icon = _("Ask for the location"), "pin"

    body = words(_("Question"), MAX_CAPTION, is_required=True, is_long=True)

    def outgoing(self) -> Outgoing:
        return outgoing.question(interactive.LocationRequest(self.cleaned_data["body"]))


FORMS: dict[str, type[Composition]] = {
    "place": PlaceForm,
    "card": CardForm,
    "buttons": ButtonsForm,
    "menu": MenuForm,
    "link": LinkForm,
    "place-request": PlaceRequestForm,
}
"""The word in the address to what is filled in there, in the order of the menu."""
