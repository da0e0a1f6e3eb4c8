"""What the page of one's own API tokens shows."""

from __future__ import annotations

from django import template
from django.db.models import QuerySet

from accounts.models import ApiToken, User
from accounts.token_forms import NAMES, RIGHTS, TokenForm

register = template.Library()


@register.simple_tag
def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Return a person's tokens that are not revoked, newest first."""
    return ApiToken.objects.of(user)


@register.filter
def in_words(scopes: list[str]) -> str:
    """Say what a token may, resource by resource."""
    rights: dict[str, list[str]] = {}
    for resource, _colon, right in (scope.partition(":") for scope in scopes):
        rights.setdefault(resource, []).append(str(RIGHTS.get(right, right)))
    return " · ".join(f"{NAMES.get(resource, resource)}: {', '.join(words)}" for resource, words in rights.items())


@register.simple_tag
def blank_token_form() -> TokenForm:
    """Return the form that makes a token, not filled in."""
    return TokenForm()
