"""A person's page in the admin: who they are, where they work, and the buttons that let them in or shut them out.

It stands here and not with the accounts, because people are made into teams.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import actions, second_factor
from accounts.address import client_address
from accounts.audit import record
from accounts.forms import TimeZoneField
from accounts.models import Role, User
from accounts.password_reset import ask_for_link, can_send
from accounts.requests import person
from accounts.rights import may_change, may_change_role, may_grant
from accounts.second_factor import remove_second_factor
from lib.after_commit import on_commit
from lib.verb_admin import AskForm, Button, VerbAdmin
from teams.models import Team, TeamMember


class PersonForm(forms.ModelForm):
    """Who a person is."""

    time_zone = TimeZoneField()

    class Meta:
        model = User
        fields = ["name", "email", "language", "time_zone"]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class NewPersonForm(PersonForm):
    """A person, what they may do and where; the mail that lets them choose a password goes without one."""

    role = forms.ChoiceField(label=capfirst(_("role")), initial=Role.AGENT)
    team = forms.ModelChoiceField(Team.objects.none(), label=capfirst(_("team")), required=False)
    password = forms.CharField(
        label=capfirst(_("password")),
        required=False,
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
        help_text=_("Leave empty: the person gets a mail and chooses one."),
    )
    by: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, team = self.fields["role"], self.fields["team"]
        role.choices = [choice for choice in Role.choices if may_grant(self.by, choice[0])]  # type: ignore[attr-defined]
        team.queryset = teams_run_by(self.by)  # type: ignore[attr-defined]
        team.required = not self.by.is_admin
        if not can_send():
            password = self.fields["password"]
            password.required, password.help_text = True, password_validators_help_text_html()

    def clean_password(self) -> str:
        if password := self.cleaned_data["password"]:
            validate_password(password, User(**{k: self.cleaned_data.get(k, "") for k in ("name", "email")}))
        return password


def teams_run_by(user: User) -> QuerySet[Team]:
    """The teams a person may put new people into."""
    teams = Team.objects.visible_to(user).filter(is_active=True)
    return teams if user.is_admin else teams.filter(members__user=user, members__lead=True)


class PasswordForm(AskForm):
    password = forms.CharField(
        label=capfirst(_("new password")),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"], self.about)
        return self.cleaned_data["password"]


class RoleForm(AskForm):
    role = forms.ChoiceField(label=capfirst(_("role")), choices=Role.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["role"] = self.about.role


class MailForm(AskForm):
    """Nothing to fill in: where our pages are, and who asks, come with the request."""

    def clean(self) -> dict[str, Any]:
        site = settings.PUBLIC_URL or self.request.build_absolute_uri("/").rstrip("/")
        return {"site": site, "address": client_address(self.request)}


def send_password_mail(user: User, *, site: str, address: str | None, by: User) -> None:
    """Send the mail that lets a person choose a password; raise MayNotChange or TooManyTries."""
    if not may_change(by, user):
        raise actions.MayNotChange
    ask_for_link(user.email, address=address, site=site)
    record("person.password_mail_sent", user, by=by)


BUTTONS = [
    Button(
        "deactivate",
        _("Deactivate"),
        _(
            "This person is signed out everywhere at once, and their open conversations go back to the queue. "
            "What they wrote and did stays. They can be activated again."
        ),
        _("Deactivated."),
        actions.deactivate_person,
        lambda by, who: who.is_active and by.pk != who.pk and may_change(by, who),
        is_danger=True,
    ),
    Button(
        "activate",
        _("Activate"),
        _("This person may sign in again, with the role and the teams they had."),
        _("Activated."),
        actions.activate_person,
        lambda by, who: not who.is_active and may_change(by, who),
    ),
    Button(
        "role",
        _("Change role"),
        _(
            "This person is signed out everywhere and signs in again under the new role. "
            "Who is no supervisor any more leads no team."
        ),
        _("Role changed."),
        actions.change_role,
        may_change_role,
        form=RoleForm,
    ),
    Button(
        "password",
        _("Set a password"),
        _("This person is signed out everywhere and signs in with the new password. Tell it to them in person."),
        _("Password set."),
        actions.set_password,
        # One's own is changed on one's own page, which asks for the old one.
        lambda by, who: by.pk != who.pk and may_change(by, who),
        form=PasswordForm,
    ),
    Button(
        "password-mail",
        _("Send password mail"),
        _("This person gets a mail with a link to choose a password. It works once, for an hour."),
        _("The mail is on its way."),
        send_password_mail,
        lambda by, who: can_send() and who.is_active and may_change(by, who),
        form=MailForm,
    ),
    Button(
        "second-factor",
        _("Remove second factor"),
        _(
            "For a lost phone, when you are sure who asks. This person is signed out everywhere, signs in with the "
            "password alone, and sets the second factor up again where their role needs one."
        ),
        _("Second factor removed."),
        remove_second_factor,
        lambda by, who: by.is_active and by.is_admin and by.pk != who.pk and second_factor.is_set(who),
        is_danger=True,
    ),
]


class TeamFilter(admin.SimpleListFilter):
    """The teams that the viewer may see, and no others that their colleagues work in."""

    title = _("team")
    parameter_name = "team"

    def lookups(self, request: HttpRequest, _admin: Any) -> list[tuple[str, str]]:
        return [(str(team.pk), team.name) for team in Team.objects.visible_to(person(request))]

    def queryset(self, request: HttpRequest, rows: QuerySet[User]) -> QuerySet[User]:
        chosen = self.value()
        if chosen is None:
            return rows
        if chosen not in {str(pk) for pk, _name in self.lookup_choices}:
            return rows.none()
        return rows.filter(pk__in=TeamMember.objects.filter(team=int(chosen)).values("user"))


@admin.register(User)
class UserAdmin(VerbAdmin):
    supervisors_may = frozenset({"view", "add", "change"})
    buttons = BUTTONS
    list_display = ["name", "email", "role", "is_active", "teams", "has_second_factor", "last_login"]
    list_filter = ["role", "is_active", TeamFilter]
    search_fields = ["name", "email"]
    ordering = ["name"]
    readonly_fields = ["role", "is_active", "teams", "has_second_factor", "last_login", "created_at"]
    fields = ["name", "email", "language", "time_zone", *readonly_fields]
    fields_to_add = ["name", "email", "role", "team", "language", "time_zone", "password"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        shown = TeamMember.objects.filter(team__in=Team.objects.visible_to(person(request)))
        return (
            super()
            .get_queryset(request)
            .select_related("second_factor")
            .prefetch_related(
                Prefetch(
                    "memberships", shown.select_related("team").order_by("team__name"), to_attr="shown_memberships"
                )
            )
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_change(person(request), obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are deactivated, not deleted: what they wrote and did keeps its author."""
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else self.fields_to_add

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj:
            return super().get_form(request, obj, change=change, **kwargs | {"form": PersonForm})
        asked_by = type("NewPersonForm", (NewPersonForm,), {"by": person(request)})
        return super().get_form(request, obj, change=change, **kwargs | {"form": asked_by})

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        cleaned = form.cleaned_data
        if change:
            actions.change_person(obj, by=person(request), **{name: cleaned[name] for name in form.changed_data})
        else:
            made = actions.create_person(**cleaned | {"password": cleaned["password"] or None}, by=person(request))
            obj.pk = made.pk
            if not cleaned["password"] and can_send():
                on_commit(lambda: self._send_mail(request, made))

    def _send_mail(self, request: HttpRequest, made: User) -> None:
        """Let a new person choose a password; they are here all the same when the mail has to wait."""
        asked = MailForm({}, about=made, request=request)
        try:
            send_password_mail(made, by=person(request), **asked.clean())
        except actions.Refusal as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        else:
            self.message_user(request, _("A mail to choose a password is on its way."), messages.INFO)

    @admin.display(description=Team._meta.verbose_name_plural)
    def teams(self, user: Any) -> str:
        """Those of the teams that the viewer may see."""
        leads = _("leads")
        places = (f"{place.team} ({leads})" if place.lead else str(place.team) for place in user.shown_memberships)
        return ", ".join(places) or "–"

    @admin.display(description=_("second factor"), boolean=True)
    def has_second_factor(self, user: User) -> bool:
        return second_factor.is_set(user)
