"""People who work here: their role is the ceiling of what they may do."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The ceiling of what a person may do; the teams they are in are the scope."""

    ADMIN = "ADMIN", _("Administrator")
    SUPERVISOR = "SUPERVISOR", _("Supervisor")
    AGENT = "AGENT", _("Agent")


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User) -> UserQuerySet:
        """The people of the teams somebody works in, and themselves; an administrator sees all."""
        if not user.is_active:
            return self.none()
        return self if user.is_admin else self.filter(pk__in=user.colleagues())


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a person who signs in by `email`; without a password they cannot sign in yet."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an administrator (Django's `createsuperuser` calls this)."""
        return self.create_user(email, password, role=Role.ADMIN, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person of the company: agent, supervisor or administrator."""

    # Serves sign-in: kept in lower case, so that one person has one address whatever its capitals.
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.AGENT)
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="pt-br")
    time_zone = models.CharField(_("time zone"), max_length=48, default="America/Sao_Paulo")
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_in_lower_case"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        """What Django's admin calls who is signed in."""
        return str(self)

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()
        # A line break would end the header of a mail.
        self.name = " ".join(self.name.split())
        if self.time_zone not in available_timezones():
            raise ValidationError({"time_zone": _("There is no such time zone.")})

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin opens: it is the supervisors' workplace."""
        return self.is_active and self.role in (Role.ADMIN, Role.SUPERVISOR)

    def colleagues(self) -> models.QuerySet[User]:
        """The people who share a team with this person, and the person."""
        together = models.Q(memberships__team__members__user=self) | models.Q(pk=self.pk)
        return User.objects.filter(together).distinct()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Administrators may do all; what a supervisor may do is said by each ModelAdmin."""
        return self.is_active and self.is_admin

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff
