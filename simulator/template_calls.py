"""The Graph calls about templates: list, create, edit, delete, and Meta's review a few seconds later."""

import json
import re
import secrets
import time
from typing import TYPE_CHECKING

from simulator.errors import GraphError
from simulator.ledger import Statement
from simulator.shapes import Update, transmitted
from simulator.templates import FILES, VARIABLE

if TYPE_CHECKING:
    from simulator.calls import Call
    from simulator.state import Simulator

INSERT_TEMPLATE = "INSERT OR REPLACE INTO templates VALUES (?,?,?)"
DELETE_TEMPLATE = "DELETE FROM templates WHERE id = ?"
REVIEW_SECONDS = 5.0
DAY = 86_400.0
NAME = re.compile(r"[a-z0-9_]{1,512}")
CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")
EDITABLE = ("APPROVED", "REJECTED", "PAUSED")
SALES_TALK = re.compile(r"promoç|desconto|oferta|cupom|brinde|grátis|% off", re.IGNORECASE)
"""Words with which the review refuses a template that calls itself a service."""


def listing(sim: "Simulator", query: dict[str, str], page_url: str) -> dict:
    """Return one page of the templates, filtered as the query says; raise GraphError for a cursor of before."""
    filters = {key: query[key] for key in ("name", "status", "category", "language") if key in query}
    chosen = [one for one in sim.templates.all.values() if all(one[key] == filters[key] for key in filters)]
    limit = max(1, min(int(query.get("limit", "25")), 250))
    start = _start(sim, query.get("after"))
    page = chosen[start : start + limit]
    fields = [name for name in query.get("fields", "").split(",") if name]
    if fields:
        page = [{key: one[key] for key in one if key in fields or key == "id"} for one in page]
    end = start + len(page)
    version = sim.templates.version
    paging: dict = {"cursors": {"before": f"{version}.{start}", "after": f"{version}.{end}"}}
    if end < len(chosen):
        rest = "".join(f"&{key}={query[key]}" for key in (*filters, "fields") if key in query)
        paging["next"] = f"{page_url}?limit={limit}&after={version}.{end}{rest}"
    return {"data": page, "paging": paging}


def _start(sim: "Simulator", cursor: str | None) -> int:
    if not cursor:
        return 0
    version, _, start = cursor.partition(".")
    if version != str(sim.templates.version):
        raise GraphError(131059, "The cursor is no longer valid")
    return int(start)


def create(sim: "Simulator", call: "Call", values: dict) -> dict:
    """Create a template: pending now, reviewed a few seconds later."""
    name, language, category = (str(values.get(key, "")) for key in ("name", "language", "category"))
    if not NAME.fullmatch(name) or not language or category not in CATEGORIES:
        raise GraphError(100, "name, language or category is invalid", subcode=2388072)
    if sim.templates.find(name, language):
        raise GraphError(100, "There is already content in this language", subcode=2388024)
    _check_components(values.get("components") or [])
    template = {
        "id": str(1_790_000_000_000_000 + secrets.randbelow(10**12)),
        "name": name,
        "language": language,
        "status": "PENDING",
        "category": category,
        "parameter_format": values.get("parameter_format", "POSITIONAL"),
        "quality_score": {"score": "UNKNOWN"},
        "rejected_reason": "NONE",
        "components": values.get("components") or [],
    }
    call.kind, call.text = "template.create", name
    _submit(sim, call, template)
    return {key: template[key] for key in ("id", "status", "category")}


def edit(sim: "Simulator", call: "Call", template_id: str, values: dict) -> dict:
    """Change a template's category or components, which then are reviewed again; raise GraphError."""
    template = sim.templates.all[template_id]
    call.kind, call.text = "template.edit", template["name"]
    category = values.get("category") or template["category"]
    if template["status"] not in EDITABLE:
        raise GraphError(100, "Only approved, rejected or paused templates can be edited", subcode=2388025)
    if template["status"] == "APPROVED":
        if category != template["category"]:
            raise GraphError(100, "The category of an approved template cannot be changed", subcode=2388026)
        if time.time() - template.get("edited_at", 0) < DAY:
            raise GraphError(100, "An approved template can be edited once in 24 hours", subcode=2388027)
    components = values.get("components") or template["components"]
    _check_components(components)
    changed = {"category": category, "components": components, "status": "PENDING", "edited_at": time.time()}
    _submit(sim, call, template | changed)
    return {"success": True}


def delete(sim: "Simulator", call: "Call", query: dict[str, str]) -> dict:
    """Delete all languages of a name, or one template by hsm_id."""
    name, one_id = query.get("name"), query.get("hsm_id")
    doomed = [
        template["id"]
        for template in sim.templates.all.values()
        if template["name"] == name and one_id in (None, template["id"])
    ]
    if not doomed:
        raise GraphError(100, "message template not found", subcode=2593002)
    for template_id in doomed:
        sim.templates.remove(template_id)
    call.kind, call.text = "template.delete", name
    call.statements += [(DELETE_TEMPLATE, (template_id,)) for template_id in doomed]
    return {"success": True}


def _check_components(components: list[dict]) -> None:
    """Raise GraphError for what Meta looks at before any review: lengths, examples, where variables stand."""
    for part in components:
        kind, text = str(part.get("type")).upper(), str(part.get("text", ""))
        if kind == "BODY" and len(text) > 1024:
            raise GraphError(100, "The body is too long", subcode=2388040)
        if kind == "HEADER" and part.get("format") in FILES:
            handles = (part.get("example") or {}).get("header_handle")
            if not handles or not str(handles[0]).startswith("4::"):
                raise GraphError(100, "A sample of the header's file is missing", subcode=2388047)
        if kind == "BODY" and re.search(r"^\s*{{\w+}}|{{\w+}}\s*$", text):
            raise GraphError(100, "Variables can't be at the start or end of the template", subcode=2388299)
        if kind in ("BODY", "HEADER") and VARIABLE.search(text) and not part.get("example"):
            raise GraphError(100, "Examples of the variables are missing", subcode=2388043)


def _submit(sim: "Simulator", call: "Call", template: dict) -> None:
    """Keep a pending template, and let the review's answer come by itself."""
    sim.templates.put(template)
    verdict = _verdict(template)
    call.updates.append(_news(sim, template | verdict))
    # The file holds the verdict at once: after a restart nobody would be left to give it.
    call.statements.append(_row(template | verdict))
    sim.later(REVIEW_SECONDS, lambda: template.update(verdict))


def _verdict(template: dict) -> dict:
    words = json.dumps(template["components"], ensure_ascii=False)
    if template["category"] == "UTILITY" and SALES_TALK.search(words):
        return {"status": "REJECTED", "rejected_reason": "TAG_CONTENT_MISMATCH"}
    return {"status": "APPROVED", "rejected_reason": "NONE"}


def _row(template: dict) -> Statement:
    return INSERT_TEMPLATE, (template["id"], template["name"], json.dumps(template))


def _news(sim: "Simulator", template: dict) -> Update:
    name = "message_template_status_update"
    change = {
        "value": {
            "event": template["status"],
            "message_template_id": int(template["id"]),
            "message_template_name": template["name"],
            "message_template_language": template["language"],
            "message_template_category": template["category"],
            "reason": template["rejected_reason"],
        },
        "field": name,
    }
    due = time.time() + REVIEW_SECONDS
    return Update(sim.ledger.next_id("updates"), due, "change", "", None, name, "", transmitted(change))
