"""Signing in, in one step or two, and out."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from accounts import credentials, half_sign_in, password_reset, second_factor, sessions
from accounts.address import client_address
from accounts.forms import CodeForm, SignInForm
from accounts.models import User
from accounts.refusals import SignInRefusal, TooManyTries
from accounts.requests import person


@method_decorator([login_not_required, never_cache, sensitive_post_parameters()], name="dispatch")
class SignIn(RedirectURLMixin, FormView):
    """Ask for e-mail and password; the Django admin uses the same page."""

    template_name = "accounts/login.html"
    form_class = SignInForm
    next_page = settings.LOGIN_REDIRECT_URL

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.user.is_authenticated:
            return HttpResponseRedirect(self.get_success_url())
        if request.headers.get("HX-Request") == "true":
            return _whole_page(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **context: object) -> dict[str, object]:
        wanted = {"next": self.get_redirect_url(), "can_reset": password_reset.can_send()}
        return super().get_context_data(**context) | wanted

    def form_valid(self, form: SignInForm) -> HttpResponse:
        email, password = form.cleaned_data["username"], form.cleaned_data["password"]
        try:
            user = credentials.check_password(email, password, address=client_address(self.request))
        except SignInRefusal as refusal:
            return refused(self, form, refusal)
        if second_factor.is_set(user):
            half_sign_in.begin(self.request, user, then=self.get_redirect_url())
            return redirect("accounts:second_step")
        sessions.begin(self.request, user)
        return HttpResponseRedirect(self.get_success_url())


@method_decorator([login_not_required, never_cache, sensitive_post_parameters()], name="dispatch")
class SecondStep(FormView):
    """Ask who has given the right password for the code of the second factor."""

    template_name = "accounts/second_step.html"
    form_class = CodeForm
    user: User

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        user = half_sign_in.person(request)
        if user is None:
            return redirect("accounts:login")
        self.user = user
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        try:
            second_factor.check_code(self.user, form.cleaned_data["code"], address=client_address(self.request))
        except SignInRefusal as refusal:
            return refused(self, form, refusal)
        wanted = half_sign_in.wanted(self.request)
        sessions.begin(self.request, self.user)
        return HttpResponseRedirect(wanted or resolve_url(settings.LOGIN_REDIRECT_URL))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out here."""
    sessions.finish(request, person(request))
    return redirect("accounts:login")


def refused(view: FormView, form: CodeForm | SignInForm, refusal: SignInRefusal) -> HttpResponse:
    """Show the form again with the reason; 429 when it came too soon."""
    form.add_error(None, str(refusal))
    response = view.render_to_response(view.get_context_data(form=form))
    if isinstance(refusal, TooManyTries):
        response.status_code = 429
        response["Retry-After"] = str(refusal.wait)
    return response


def _whole_page(request: HttpRequest) -> HttpResponse:
    """Send a part of a page, which was led here after the session ended, to this page as a whole."""
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    # Only the path: where it leads is our own host whatever the header says.
    query = f"?{urlencode({'next': shown.path})}" if shown.path.startswith("/") else ""
    return HttpResponse(headers={"HX-Redirect": reverse("accounts:login") + query})
