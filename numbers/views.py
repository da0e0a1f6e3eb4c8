"""Pages of numbers: the list, one number, connecting it step by step, moving it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import PersonRequest
from lib.encryption import CannotDecrypt
from lib.graph import GraphError
from numbers import actions, selectors
from numbers.connecting.findings import Subject
from numbers.connecting.steps import ACCOUNT_STEPS, STEPS, Step
from numbers.connecting.words import UNOPENED, explain
from numbers.forms import ConnectForm, MoveForm
from numbers.models import PhoneNumber, WabaAccount
from numbers.offers import OFFERS
from numbers.rights import check_may_manage, may_pause
from numbers.sync import sync_account


@require_GET
def number_list(request: PersonRequest) -> HttpResponse:
    """The numbers a person sees; for administrators the accounts too."""
    accounts = WabaAccount.objects.defer("access_token", "app_secret").order_by("name") if request.user.is_admin else ()
    numbers = selectors.numbers_for_display(request.user)
    return render(request, "numbers/number_list.html", {"numbers": numbers, "accounts": accounts})


@require_GET
def number(request: PersonRequest, pk: int) -> HttpResponse:
    """One number: how it is, whom it serves, and the buttons of who may use them."""
    return render(request, "numbers/number.html", _about(request, _find(request, pk)))


@require_POST
def pause(request: PersonRequest, pk: int) -> HttpResponse:
    """Stop the number's sending."""
    actions.pause_number(_find(request, pk), by=request.user)
    return redirect("numbers:number", pk)


@require_POST
def resume(request: PersonRequest, pk: int) -> HttpResponse:
    """Let what waits leave again."""
    actions.resume_number(_find(request, pk), by=request.user)
    return redirect("numbers:number", pk)


@require_http_methods(["GET", "POST"])
def connect(request: PersonRequest) -> HttpResponse:
    """Begin with an account: its id, and a token where it has one of its own."""
    check_may_manage(request.user)
    form = ConnectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = actions.create_account(waba_id=form.cleaned_data["waba_id"], by=request.user, **form.given)
        except actions.AccountTaken:
            account = WabaAccount.objects.get(waba_id=form.cleaned_data["waba_id"])
            messages.info(request, str(actions.AccountTaken.text))
        else:
            _read_quietly(request, account)
        return redirect("numbers:account", account.pk)
    accounts = WabaAccount.objects.defer("access_token", "app_secret").order_by("name")
    return render(request, "numbers/connect.html", {"form": form, "accounts": accounts})


@require_GET
def account(request: PersonRequest, pk: int) -> HttpResponse:
    """The steps of an account, and the numbers it has."""
    check_may_manage(request.user)
    found = _find_account(pk)
    numbers = selectors.numbers_for_display(request.user).filter(waba=found)
    context = {"account": found, "numbers": numbers, "steps": _placed(ACCOUNT_STEPS, "numbers:account_step", pk)}
    return render(request, "numbers/account.html", context)


@require_POST
def pause_account(request: PersonRequest, pk: int) -> HttpResponse:
    """Stop the sending of all the account's numbers."""
    check_may_manage(request.user)
    actions.pause_account(_find_account(pk), by=request.user)
    return redirect("numbers:account", pk)


@require_POST
def resume_account(request: PersonRequest, pk: int) -> HttpResponse:
    """Let what waits leave by the account's numbers again."""
    check_may_manage(request.user)
    actions.resume_account(_find_account(pk), by=request.user)
    return redirect("numbers:account", pk)


@require_GET
def guide(request: PersonRequest, pk: int) -> HttpResponse:
    """The steps of a number; each looks at its own thing after the page is there."""
    found = _find(request, pk)
    check_may_manage(request.user)
    return render(request, "numbers/guide.html", _about(request, found) | {"steps": _placed(STEPS, "numbers:step", pk)})


@require_http_methods(["GET", "POST"])
def step(request: PersonRequest, pk: int, name: str) -> HttpResponse:
    """One step of a number: GET looks, POST does what is offered and looks again."""
    found = _find(request, pk)
    check_may_manage(request.user)
    subject = Subject(_with_secrets(found.waba_id), PhoneNumber.objects.select_related("waba").get(pk=pk))
    return _step(request, subject, _named(STEPS, name), request.path)


@require_http_methods(["GET", "POST"])
def account_step(request: PersonRequest, pk: int, name: str) -> HttpResponse:
    """One step of an account: GET looks, POST does what is offered and looks again."""
    check_may_manage(request.user)
    return _step(request, Subject(get_object_or_404(WabaAccount, pk=pk)), _named(ACCOUNT_STEPS, name), request.path)


@require_http_methods(["GET", "POST"])
def move(request: PersonRequest, pk: int) -> HttpResponse:
    """Bring a number to another account; the page says first what that means."""
    found = _find(request, pk)
    check_may_manage(request.user)
    form = MoveForm(request.POST or None, number=found)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.move_number(found, to=values["to"], phone_number_id=values["phone_number_id"], by=request.user)
        except actions.Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The number was moved. Go through the steps, then resume its sending."))
            return redirect("numbers:guide", pk)
    context = _about(request, found) | {"form": form}
    return render(request, "numbers/move.html", context, status=409 if form.non_field_errors() else 200)


def _find(request: PersonRequest, pk: int) -> PhoneNumber:
    return get_object_or_404(selectors.numbers_for_display(request.user), pk=pk)


def _find_account(pk: int) -> WabaAccount:
    return get_object_or_404(WabaAccount.objects.defer("access_token", "app_secret"), pk=pk)


def _about(request: PersonRequest, number: PhoneNumber) -> dict[str, Any]:
    return {
        "number": number,
        "may_pause": may_pause(number, request.user),
        "alerts": selectors.alerts_of(number, request.user),
    }


def _read_quietly(request: PersonRequest, account: WabaAccount) -> None:
    """Take over a new account's numbers; why that failed is what its steps show."""
    try:
        count = len(sync_account(account.waba_id, by=request.user))
    except GraphError:
        return
    text = ngettext("%(count)d number read.", "%(count)d numbers read.", count)
    messages.success(request, text % {"count": count})


def _with_secrets(account: int) -> WabaAccount:
    return WabaAccount.objects.get(pk=account)


def _placed(steps: tuple[Step, ...], route: str, pk: int) -> list[tuple[Step, str]]:
    return [(one, reverse(route, args=[pk, one.name])) for one in steps]


def _named(steps: tuple[Step, ...], name: str) -> Step:
    for one in steps:
        if one.name == name:
            return one
    raise Http404


def _step(request: PersonRequest, subject: Subject, step: Step, address: str) -> HttpResponse:
    """Do what was asked for, look, and show both; what the other steps may have gained from it looks again."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        context = _do(request, subject, step)
        if context.get("everything"):
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        if subject.number:
            subject = Subject(subject.account, PhoneNumber.objects.select_related("waba").get(pk=subject.number.pk))
    finding = step.look(subject)
    shown = {"step": step, "address": address, "finding": finding, "account": subject.account}
    response = render(request, "numbers/_step.html", context | shown | {"number": subject.number})
    if context.get("done"):
        response["HX-Trigger"] = ", ".join(f"look-{name}" for name in step.touches)
    return response


def _do(request: PersonRequest, subject: Subject, step: Step) -> dict[str, Any]:
    """Do one of the step's offers; return what to say about it."""
    offer = OFFERS.get((step.name, request.POST.get("do", "")))
    if offer is None:
        raise PermissionDenied
    form = offer.form(request.POST)
    if not form.is_valid():
        return {"problem": " ".join(str(error) for errors in form.errors.values() for error in errors)}
    try:
        offer.act(subject, form, request.user)
    except GraphError as error:
        said = explain(error)
        return {"problem": said.text, "problem_advice": said.advice}
    except CannotDecrypt:
        return dict(zip(("problem", "problem_advice"), UNOPENED, strict=True))
    return {"done": offer.done, "everything": offer.changes_everything}
