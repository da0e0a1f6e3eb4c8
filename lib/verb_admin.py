"""Admin pages that save by verbs: a refusal is shown on the page, and nothing that was typed is lost.

A `Button` is what a page offers besides its form: it asks, on a page of its own, and calls one verb.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise

from lib.admin import ScopedAdmin
from lib.refusals import Refusal

Text = str | Promise


class AskForm(forms.Form):
    """What a button asks for before it acts, and what the verb is given besides `by`; `about` is the thing."""

    def __init__(self, *args: Any, about: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about, self.request = about, request


@dataclass(frozen=True, slots=True)
class Button:
    """One verb on the page of a thing."""

    name: str
    """The end of its address."""
    label: Text
    question: Text
    """What will happen, said before it does."""
    done: Text
    verb: Callable[..., object]
    """Called with the thing, what the form has cleaned, and `by`."""
    offered: Callable[[Any, Any], bool]
    """Whether this person may press it on this thing, as in `offered(by, thing)`; else it is not there."""
    form: type[AskForm] = AskForm
    is_danger: bool = False


class VerbAdmin(ScopedAdmin):
    """Saves by verbs: `save_model` and `save_formset` call them, and may let a Refusal through."""

    change_form_template = "admin/verbs/change_form.html"
    buttons: ClassVar[Sequence[Button]] = ()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refusal as refusal:
            # Once more, with the refusal as an error of the form: Django shows all that was typed again.
            request.refusal = str(refusal)  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return _refused(form, refusal) if refusal else form

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refusal as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(self.address(object_id))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        thing: Any = kwargs.get("obj")
        context["buttons"] = [
            {"button": button, "address": self.address(thing.pk, button)}
            for button in (self.buttons if thing else ())
            if button.offered(request.user, thing)
        ]
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        return [*map(self._url, self.buttons), *super().get_urls()]

    def address(self, pk: Any, button: Button | None = None) -> str:
        """The address of a thing's page, or of one of its buttons."""
        return reverse(f"admin:{self._url_name(button.name if button else 'change')}", args=[pk])

    def ask(self, request: HttpRequest, pk: int, *, button: Button) -> HttpResponse:
        """Say what a button does, and do it when the person agrees."""
        thing = self.get_queryset(request).filter(pk=pk).first()
        if not self.has_view_permission(request, thing):
            raise PermissionDenied
        if thing is None:
            raise Http404
        if not button.offered(request.user, thing):
            raise PermissionDenied
        form = button.form(request.POST if request.method == "POST" else None, about=thing, request=request)
        if request.method == "POST" and form.is_valid() and self._do(request, button, thing, form):
            return HttpResponseRedirect(self.address(pk))
        context = {
            **self.admin_site.each_context(request),
            "title": button.label,
            "subtitle": thing,
            "opts": self.opts,
            "thing": thing,
            "button": button,
            "form": form,
            "back": self.address(pk),
        }
        return TemplateResponse(request, "admin/verbs/ask.html", context)

    def _do(self, request: HttpRequest, button: Button, thing: models.Model, form: AskForm) -> bool:
        try:
            button.verb(thing, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return False
        self.message_user(request, str(button.done), messages.SUCCESS)
        return True

    def _url(self, button: Button) -> URLPattern:
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            return self.ask(request, pk, button=button)

        return path(f"<int:pk>/{button.name}/", self.admin_site.admin_view(view), name=self._url_name(button.name))

    def _url_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"


def _refused(form: Any, refusal: str) -> Any:
    """Return the form class with a refusal that stands, whatever is typed."""

    def clean(self: Any) -> Any:
        form.clean(self)
        raise ValidationError(refusal)

    return type(form.__name__, (form,), {"clean": clean})
