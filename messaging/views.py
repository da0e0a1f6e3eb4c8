"""Pages of templates: the list, one template, writing one with a live look at it, deleting, reading all anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import PersonRequest
from lib.refusals import Refusal
from messaging import actions, template_drafts
from messaging.forms import BUTTONS, CATEGORIES, HEADERS, LANGUAGES, TemplateFilterForm, draft_from
from messaging.limits import Invalid
from messaging.models import CatalogueReading, Template
from messaging.rights import managed_accounts
from messaging.template_drafts import Draft, DraftButton
from messaging.template_parts import FILES, read
from messaging.template_values import shown
from numbers.models import WabaAccount

PAGE = 50
FIELDS = ["name", "language", "category", "header_format", "header_text", "header_sample", "body", "footer", "buttons"]
FIELDS += ["expires", "copy_label"]
"""What the editor can say a problem of, beside variables and buttons."""


@require_GET
def template_list(request: PersonRequest) -> HttpResponse:
    """The templates of the accounts a person sees, narrowed down; for htmx, the rows alone."""
    visible = _visible(request)
    form = TemplateFilterForm(request.GET, templates=visible)
    managed = managed_accounts(request.user)
    context = {
        "form": form,
        "page": Paginator(form.narrow(visible), PAGE).get_page(request.GET.get("page")),
        "managed": managed,
        "readings": CatalogueReading.objects.filter(waba__in=managed).select_related("waba").order_by("waba__name"),
    }
    return render(request, "messaging/_templates.html" if request.htmx else "messaging/template_list.html", context)


@require_GET
def template(request: PersonRequest, pk: int) -> HttpResponse:
    """One template: how it looks, how it stands, and what to do where Meta refused it."""
    found = get_object_or_404(_visible(request), pk=pk)
    parts = read(found)
    examples = {slot.key: slot.example for slot in parts.slots}
    others = _visible(request).filter(waba=found.waba, name=found.name).exclude(pk=pk)
    context = {
        "template": found,
        "shown": shown(parts, examples),
        "others": others.exclude(status=Template.Status.DELETED),
        "is_managed": managed_accounts(request.user).filter(pk=found.waba_id).exists(),
        "edit_refusal": _edit_refusal(found),
    }
    return render(request, "messaging/template.html", context)


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """Write a template and submit it to Meta's review."""
    accounts = managed_accounts(request.user)
    if not accounts:
        raise PermissionDenied
    if request.method == "GET":
        return _editor(request, Draft(), accounts=accounts)
    account = get_object_or_404(accounts, pk=_id(request.POST.get("account", "")))
    drafted = draft_from(request.POST)
    try:
        drafted = _with_sample(request, account, drafted)
        made = actions.create_template(account, drafted, by=request.user)
    except (Invalid, Refusal) as refusal:
        return _editor(request, drafted, accounts=accounts, account=account, refusal=refusal)
    messages.success(request, _("Submitted. Meta usually answers within minutes; the page then says how it stands."))
    return redirect("messaging:template", made.pk)


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Write another text of a template and submit it to Meta's review."""
    found = _managed(request, pk)
    if request.method == "GET":
        return _editor(request, template_drafts.from_template(found), template=found, refusal=_edit_refusal(found))
    drafted = replace(draft_from(request.POST), name=found.name, language=found.language)
    try:
        actions.check_can_edit(found)
        drafted = _with_sample(request, found.waba, drafted)
        actions.edit_template(found, drafted, by=request.user)
    except (Invalid, Refusal) as refusal:
        return _editor(request, drafted, template=found, refusal=refusal)
    messages.success(request, _("Submitted. Meta usually answers within minutes; the page then says how it stands."))
    return redirect("messaging:template", pk)


@require_POST
def draft(request: PersonRequest) -> HttpResponse:
    """Look at what is being written: its problems, what it still needs, and the bubble as the customer will see it."""
    if not managed_accounts(request.user).exists():
        raise PermissionDenied
    drafted = draft_from(request.POST)
    context = _about(drafted, is_live=not request.POST.get("submitted"))
    context["fields"] = _fields(drafted)
    context["new_rows"] = bool({"add", "remove"} & request.POST.keys()) or _lacks_examples(drafted, request.POST)
    context["new_examples"] = request.POST.get("variables", "") != context["variables"]
    return render(request, "messaging/_draft.html", context)


@require_POST
def deletion(request: PersonRequest, pk: int) -> HttpResponse:
    """Delete a template at Meta, in its language or in all."""
    found = _managed(request, pk)
    try:
        actions.delete_template(found, every_language=bool(request.POST.get("every_language")), by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("messaging:template", pk)
    messages.success(request, _("Deleted. Messages that were made of it stay."))
    return redirect("messaging:list")


@require_POST
def readings(request: PersonRequest) -> HttpResponse:
    """Read the catalogues of a person's accounts from Meta now."""
    accounts = managed_accounts(request.user)
    if not accounts:
        raise PermissionDenied
    for account in accounts:
        try:
            synced = actions.sync_templates(account, by=request.user)
        except Refusal as refusal:
            messages.error(request, f"{account}: {refusal}")
        else:
            text = ngettext("%(account)s: %(count)d template.", "%(account)s: %(count)d templates.", synced.listed)
            messages.success(request, text % {"account": account, "count": synced.listed})
    return redirect("messaging:list")


def _visible(request: PersonRequest) -> QuerySet[Template]:
    templates = Template.objects.visible_to(request.user).select_related("waba")
    return templates.defer("waba__access_token", "waba__app_secret")


def _managed(request: PersonRequest, pk: int) -> Template:
    """Find a template that the person may change: 404 where they do not see it, 403 where they only see it."""
    found = get_object_or_404(_visible(request), pk=pk)
    if not managed_accounts(request.user).filter(pk=found.waba_id).exists():
        raise PermissionDenied
    return found


def _edit_refusal(template: Template) -> Refusal | None:
    try:
        actions.check_can_edit(template)
    except Refusal as refusal:
        return refusal
    return None


def _id(given: str) -> int:
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0


def _with_sample(request: PersonRequest, account: WabaAccount, drafted: Draft) -> Draft:
    """Upload the sample that came along, where the header wants one; raise what `actions.upload_sample` raises."""
    sample = request.FILES.get("header_sample")
    if sample is None or drafted.header_format not in FILES:
        return drafted
    handle = actions.upload_sample(account, drafted.header_format, sample.read(), by=request.user)
    return replace(drafted, header_handle=handle)


def _editor(
    request: PersonRequest,
    drafted: Draft,
    *,
    template: Template | None = None,
    refusal: Invalid | Refusal | None = None,
    **context: Any,
) -> HttpResponse:
    """Draw the editor; after a refusal with all problems, and with what was typed."""
    was_submitted = request.method == "POST"
    about = _about(drafted, is_live=not was_submitted)
    if isinstance(refusal, Invalid):
        about["problems"].setdefault(refusal.field, refusal.reason)
    elif refusal:
        about["refusal"] = str(refusal)
    form = {"languages": LANGUAGES, "categories": CATEGORIES, "headers": HEADERS, "button_types": BUTTONS}
    status = getattr(refusal, "status", 400) if refusal and was_submitted else 200
    page = about | form | {"template": template, "was_submitted": was_submitted}
    return render(request, "messaging/template_form.html", page | context, status=status)


def _about(drafted: Draft, *, is_live: bool) -> dict[str, Any]:
    """What the editor shows of a draft; while it is being written, nothing is said of fields still empty."""
    found = template_drafts.problems(drafted)
    if is_live:
        found = {field: reason for field, reason in found.items() if _is_begun(drafted, field)}
    parts = template_drafts.preview(drafted)
    return {
        "draft": drafted,
        "problems": found,
        "shown": shown(parts, {slot.key: slot.example for slot in parts.slots}),
        "variables": ",".join(drafted.variables),
        "button_types": BUTTONS,
    }


def _lacks_examples(drafted: Draft, data: Mapping[str, str]) -> bool:
    """Whether the page has fields for the examples of addresses where none are needed, or none where some are."""
    rows = enumerate(drafted.buttons)
    return any(("{{" in button.value) != (f"button.{position}.example" in data) for position, button in rows)


def _fields(drafted: Draft) -> list[str]:
    """The fields whose problems may have changed, but for rows that are drawn anew."""
    rows = [f"button.{position}" for position in range(len(drafted.buttons))]
    return [*FIELDS, *(f"example.{key}" for key in drafted.variables), *rows]


def _is_begun(drafted: Draft, field: str) -> bool:
    part, _sep, rest = field.partition(".")
    match part:
        case "example":
            return bool(drafted.examples.get(rest))
        case "button":
            button: DraftButton = drafted.buttons[int(rest)]
            return bool(button.text and (button.value or button.type == "QUICK_REPLY"))
        case "header_sample":
            return False
    return bool(getattr(drafted, part, True))
