"""The message templates of the business: the catalogue, and whether what is sent fits the template it names."""

import json
import re
from typing import TYPE_CHECKING

from simulator.errors import GraphError
from simulator.first_templates import FIRST_TEMPLATES
from simulator.ledger import Statement

if TYPE_CHECKING:
    from simulator.state import Simulator

VARIABLE = re.compile(r"{{\s*(\w+)\s*}}")
FILES = ("IMAGE", "VIDEO", "DOCUMENT")


class Catalogue:
    """The templates of the account in memory; `version` grows with each change, and cursors of before are stale."""

    def __init__(self, rows: list[dict]) -> None:
        self.all: dict[str, dict] = {}
        self.version = 0
        for row in rows:
            template = json.loads(row["body"])
            self.all[template["id"]] = template

    def find(self, name: str, language: str) -> dict | None:
        """Return the template with this name and language."""
        matching = (one for one in self.all.values() if (one["name"], one["language"]) == (name, language))
        return next(matching, None)

    def put(self, template: dict) -> None:
        """Add a template, or change the one with its id."""
        self.all[template["id"]] = template
        self.version += 1

    def remove(self, template_id: str) -> None:
        """Forget a template."""
        del self.all[template_id]
        self.version += 1


def first_rows() -> list[Statement]:
    """Return the statements that put the first templates into an empty ledger."""
    sql = "INSERT OR IGNORE INTO templates VALUES (?,?,?)"
    return [(sql, (one["id"], one["name"], json.dumps(one))) for one in FIRST_TEMPLATES]


def check_sendable(sim: "Simulator", sent: dict) -> dict:
    """Return the approved template a send names; raise GraphError otherwise."""
    name, language = sent.get("name", ""), (sent.get("language") or {}).get("code", "")
    template = sim.templates.find(name, language)
    if not template or template["status"] in ("PENDING", "REJECTED"):
        raise GraphError(132001, f"template name ({name}) does not exist in {language}")
    if template["status"] == "PAUSED":
        raise GraphError(132015)
    if template["status"] != "APPROVED":
        raise GraphError(132016)
    return template


def rendered(template: dict, sent: dict) -> str:
    """Return the body text with the sent parameters; raise GraphError when anything sent does not fit."""
    return _check_parts(template["components"], sent.get("components") or [])


def _check_parts(components: list[dict], sent: list[dict]) -> str:
    """Check the components of a template, or of one card of it; return the body's text."""
    text = ""
    for part in components:
        kind = part["type"].upper()
        given = _parameters(sent, kind.lower())
        if kind == "HEADER":
            _check_header(part, given)
        elif kind == "BODY":
            text = _filled("body", part.get("text", ""), given)
        elif kind == "BUTTONS":
            _check_buttons(part["buttons"], sent)
        elif kind == "CAROUSEL":
            _check_cards(part["cards"], sent)
    return text


def _parameters(sent: list[dict], kind: str) -> list[dict]:
    return next((one.get("parameters") or [] for one in sent if str(one.get("type")).lower() == kind), [])


def _check_header(part: dict, given: list[dict]) -> None:
    wanted = part.get("format", "TEXT")
    if wanted == "TEXT":
        _filled("header", part.get("text", ""), given)
    elif [one.get("type") for one in given] != [wanted.lower()]:
        raise GraphError(132012, f"header: Format mismatch, expected {wanted}")
    elif wanted in FILES and not any((given[0].get(wanted.lower()) or {}).get(key) for key in ("id", "link")):
        raise GraphError(131008, "Either id or link is required")


def _filled(part: str, text: str, given: list[dict]) -> str:
    wanted = list(dict.fromkeys(VARIABLE.findall(text)))
    if len(given) != len(wanted):
        details = f"{part}: number of localizable_params ({len(given)}) does not match the expected number of params"
        raise GraphError(132000, f"{details} ({len(wanted)})")
    values = {}
    for position, parameter in enumerate(given, start=1):
        value = str(parameter.get("text", ""))
        if "\n" in value or "\t" in value or "     " in value:
            raise GraphError(132018, "Param text cannot have new-line/tab characters or more than 4 spaces")
        values[parameter.get("parameter_name") or str(position)] = value
    if values.keys() != set(wanted):
        raise GraphError(132012, f"{part}: Parameter names do not match the template's")
    return VARIABLE.sub(lambda found: values[found[1]], text)


def _check_buttons(buttons: list[dict], sent: list[dict]) -> None:
    given = {str(one.get("index")): one for one in sent if str(one.get("type")).lower() == "button"}
    for index, button in enumerate(buttons):
        asks = button["type"] == "COPY_CODE" or (button["type"] == "URL" and VARIABLE.search(button["url"]))
        if asks and not (given.get(str(index)) or {}).get("parameters"):
            raise GraphError(131008, f"Button at index {index} of type {button['type']} requires a parameter")
    if any(int(index) >= len(buttons) for index in given):
        raise GraphError(132012, "There is no button at this index")


def _check_cards(cards: list[dict], sent: list[dict]) -> None:
    carousel: dict = next((one for one in sent if str(one.get("type")).lower() == "carousel"), {})
    given = {one.get("card_index"): one.get("components") or [] for one in carousel.get("cards") or []}
    if given.keys() != set(range(len(cards))):
        raise GraphError(132012, f"The carousel has {len(cards)} cards")
    for index, card in enumerate(cards):
        _check_parts(card["components"], given[index])


def quick_replies(sim: "Simulator", sent: dict) -> list[dict]:
    """Return the quick replies of a sent template with the payload each answers with."""
    template = sim.templates.find(sent.get("name", ""), (sent.get("language") or {}).get("code", ""))
    payloads = {}
    for component in sent.get("components") or []:
        if component.get("sub_type") == "quick_reply" and component.get("parameters"):
            payloads[str(component.get("index"))] = component["parameters"][0].get("payload")
    parts = template["components"] if template else []
    buttons = [button for part in parts for button in part.get("buttons", [])]
    return [
        {"id": payloads.get(str(index)) or button["text"], "title": button["text"], "template": True}
        for index, button in enumerate(buttons)
        if button["type"] == "QUICK_REPLY"
    ]
