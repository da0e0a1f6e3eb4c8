"""What we ask: with buttons, a list, a link, for a place or for the phone (Meta: section 6.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from messaging.kinds.files import File
from messaging.limits import MAX_CAPTION, MAX_ID, MAX_TEXT, Invalid, check_count, check_text, check_unique
from messaging.values import web_address

MAX_HEADER, MAX_FOOTER, MAX_LABEL = 60, 60, 20
MAX_ROWS, MAX_ROW_ID, MAX_TITLE, MAX_DESCRIPTION = 10, 200, 24, 72


@dataclass(frozen=True, slots=True)
class Reply:
    """One button; the id comes back when it is pressed."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Buttons:
    """Up to three buttons to answer with."""

    type: ClassVar[str] = "button"
    max_body: ClassVar[int] = MAX_CAPTION

    body: str
    replies: Sequence[Reply]
    header: str | File = ""
    footer: str = ""

    def action(self) -> dict[str, Any]:
        """Return the buttons; raise Invalid for one that Meta would refuse."""
        check_count("buttons", self.replies, 1, 3)
        for reply in self.replies:
            check_text("id", reply.id, MAX_ID)
            check_text("title", reply.title, MAX_LABEL)
        check_unique("title", [reply.title for reply in self.replies])
        check_unique("id", [reply.id for reply in self.replies])
        return {"buttons": [{"type": "reply", "reply": {"id": one.id, "title": one.title}} for one in self.replies]}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list; the id comes back when it is chosen."""

    id: str
    title: str
    description: str = ""

    def checked(self) -> dict[str, str]:
        """Return the row to send; raise Invalid for what Meta would refuse."""
        check_text("id", self.id, MAX_ROW_ID)
        check_text("title", self.title, MAX_TITLE)
        check_text("description", self.description, MAX_DESCRIPTION, is_required=False)
        row = {"id": self.id, "title": self.title, "description": self.description}
        return {key: value for key, value in row.items() if value}


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one title; the only section of a list may go without."""

    rows: Sequence[Row]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """A list that opens behind a button: up to ten rows, in sections."""

    type: ClassVar[str] = "list"
    max_body: ClassVar[int] = MAX_TEXT

    body: str
    button: str
    sections: Sequence[Section]
    header: str = ""
    footer: str = ""

    def action(self) -> dict[str, Any]:
        """Return the button and the rows behind it; raise Invalid for what Meta would refuse."""
        check_text("button", self.button, MAX_LABEL)
        check_count("sections", self.sections, 1, MAX_ROWS)
        rows = [row for section in self.sections for row in section.rows]
        check_count("rows", rows, 1, MAX_ROWS)
        check_unique("id", [row.id for row in rows])
        return {"button": self.button, "sections": [self._section(section) for section in self.sections]}

    def _section(self, section: Section) -> dict[str, Any]:
        check_text("section", section.title, MAX_TITLE, is_required=len(self.sections) > 1)
        check_count("rows", section.rows, 1, MAX_ROWS)
        title = {"title": section.title} if section.title else {}
        return {**title, "rows": [row.checked() for row in section.rows]}


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens a page."""

    type: ClassVar[str] = "cta_url"
    max_body: ClassVar[int] = MAX_CAPTION

    body: str
    label: str
    url: str
    header: str | File = ""
    footer: str = ""

    def action(self) -> dict[str, Any]:
        """Return the button and its address; raise Invalid unless it is one of the web."""
        check_text("label", self.label, MAX_LABEL)
        if not web_address(self.url):
            raise Invalid("url", _("This address is not one of the web."))
        return {"name": "cta_url", "parameters": {"display_text": self.label, "url": self.url}}


@dataclass(frozen=True, slots=True)
class LocationRequest:
    """A button to send the place where the customer is."""

    type: ClassVar[str] = "location_request_message"
    max_body: ClassVar[int] = MAX_CAPTION
    header: ClassVar[str] = ""
    footer: ClassVar[str] = ""

    body: str

    def action(self) -> dict[str, Any]:
        """Return what the button asks for."""
        return {"name": "send_location"}


@dataclass(frozen=True, slots=True)
class ContactRequest:
    """A button to give the phone that WhatsApp withholds (Meta: section 3.4)."""

    type: ClassVar[str] = "request_contact_info"
    max_body: ClassVar[int] = MAX_CAPTION
    header: ClassVar[str] = ""
    footer: ClassVar[str] = ""

    body: str

    def action(self) -> dict[str, Any]:
        """Return what the button asks for."""
        return {"name": "request_contact_info"}


Question = Buttons | Menu | Link | LocationRequest | ContactRequest


def payload(question: Question) -> dict[str, Any]:
    """Return a question to send; raise Invalid for the part of it that Meta would refuse."""
    check_text("body", question.body, question.max_body)
    check_text("footer", question.footer, MAX_FOOTER, is_required=False)
    content: dict[str, Any] = {"type": question.type}
    if question.header:
        content["header"] = _header(question.header)
    content["body"] = {"text": question.body}
    if question.footer:
        content["footer"] = {"text": question.footer}
    return content | {"action": question.action()}


def _header(header: str | File) -> dict[str, Any]:
    if isinstance(header, File):
        return header.parameter()
    check_text("header", header, MAX_HEADER)
    return {"type": "text", "text": header}
