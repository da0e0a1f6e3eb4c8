"""An answer to something we asked with buttons, a list, a form: `answers`; the asking: `questions`; and what was
asked, read back: `asked`."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from messaging.kinds.interactive.answers import (
    Answer,
    CallPermission,
    Choice,
    PaymentMethod,
    Product,
    Unread,
    parse,
    words,
)
from messaging.kinds.interactive.asked import Asked, Option
from messaging.kinds.interactive.flows import Field, FlowAnswer
from messaging.kinds.interactive.questions import (
    Buttons,
    ContactRequest,
    Link,
    LocationRequest,
    Menu,
    Question,
    Reply,
    Row,
    Section,
    payload,
)

__all__ = [
    "ICON",
    "LABEL",
    "NAME",
    "Answer",
    "Asked",
    "Buttons",
    "CallPermission",
    "Choice",
    "ContactRequest",
    "Field",
    "FlowAnswer",
    "Link",
    "LocationRequest",
    "Menu",
    "Option",
    "PaymentMethod",
    "Product",
    "Question",
    "Reply",
    "Row",
    "Section",
    "Unread",
    "parse",
    "payload",
    "words",
]

NAME = "interactive"
LABEL = gettext_noop("Answer")
ICON = "reply"
