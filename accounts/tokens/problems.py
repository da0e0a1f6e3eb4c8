"""Why the API does not open."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import status

from accounts.refusals import TooManyTries
from lib.api.problems import Problem


class InvalidToken(Problem):
    """One answer for forged, expired, ended and unknown ones: the caller learns nothing to try next."""

    status_code = status.HTTP_401_UNAUTHORIZED
    kind = "invalid-token"
    default_detail = _("The token is not valid, or not any more. Sign in again.")

    def __init__(self) -> None:
        super().__init__(auth_header='Bearer error="invalid_token"')


class InsufficientScope(Problem):
    status_code = status.HTTP_403_FORBIDDEN
    kind = "insufficient-scope"

    def __init__(self, scope: str) -> None:
        super().__init__(
            _("This token lacks the scope %(scope)s.") % {"scope": scope},
            auth_header=f'Bearer error="insufficient_scope", scope="{scope}"',
        )


class WrongCredentials(Problem):
    status_code = status.HTTP_401_UNAUTHORIZED
    kind = "wrong-credentials"


class SecondFactorNeeded(Problem):
    status_code = status.HTTP_401_UNAUTHORIZED
    kind = "second-factor-needed"


class TooManySignIns(Problem):
    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    kind = "too-many-tries"

    def __init__(self, refusal: TooManyTries) -> None:
        super().__init__(refusal.text)
        self.wait = refusal.wait


class SecondFactorRequired(Problem):
    status_code = status.HTTP_403_FORBIDDEN
    kind = "second-factor-required"
    default_detail = _("Your role needs a second factor. Sign in on the page and set one up first.")
