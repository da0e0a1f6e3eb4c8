"""One module for each kind of WhatsApp message, all of one anatomy (Meta: sections 2 and 6).

`NAME`, `LABEL` and `ICON`; a frozen value; `parse`, from the message as Meta gave it to the value, which
never raises whatever it is given; `words`, what is searched and shown in one line; and, for kinds that
can be sent, `payload`, which raises `messaging.limits.Invalid` for what Meta would refuse.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from messaging.kinds import (
    audio,
    button,
    call,
    contacts,
    document,
    edit,
    image,
    interactive,
    location,
    media_placeholder,
    order,
    reaction,
    revoke,
    sticker,
    system,
    template,
    text,
    unsupported,
    video,
)

_ALL = (
    audio, button, call, contacts, document, edit, image, interactive, location, media_placeholder, order, reaction,
    revoke, sticker, system, template, text, unsupported, video,
)  # fmt: skip

MODULES: dict[str, ModuleType] = {module.NAME: module for module in _ALL}
"""Meta's name of a kind to what knows it."""

LEGACY = {"voice": audio}


def of(name: object) -> ModuleType:
    """Return the module that knows a kind; `unsupported` for any name it has never heard."""
    return MODULES.get(name) or LEGACY.get(name) or unsupported if isinstance(name, str) else unsupported


def read(name: object, raw: Mapping[str, Any]) -> Any:
    """Return the content of a message of a kind, as a value of that kind's module; never raises."""
    return of(name).parse(raw)


def words(name: object, raw: Mapping[str, Any]) -> str:
    """Return the words of a message of a kind: what is searched, and shown in one line; never raises."""
    module = of(name)
    found: str = module.words(module.parse(raw))
    return found
