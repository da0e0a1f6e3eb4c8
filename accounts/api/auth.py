"""Signing in by API: a pair of tokens, exchanged again and again until the person signs out."""

from __future__ import annotations

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import refusals
from accounts.address import client_address
from accounts.audit import record
from accounts.credentials import verify
from accounts.models import TokenFamily
from accounts.tokens import access, problems, refresh
from lib.api.bodies import Body
from lib.api.schema import example
from lib.api.scopes import PUBLIC
from lib.api.views import ApiView

ACCESS = "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIxMiJ9.dGhlIHNpZ25hdHVyZQ"
REFRESH = "kq2Jx0vV8m1c3o5b7n9d1f3h5j7l9p1r3t5v7x9z1B3"


@example({"email": "ana@example.com", "password": "a long password", "code": "123456"})
class Credentials(Body):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    code = serializers.CharField(max_length=32, required=False, help_text="Of the second factor, where there is one.")


@example({"refresh": REFRESH})
class RefreshIn(Body):
    refresh = serializers.CharField(max_length=128)


@example({"refresh": REFRESH})
class LogoutIn(Body):
    refresh = serializers.CharField(max_length=128, required=False, help_text="Instead of the access token.")


@example({"access": ACCESS, "refresh": REFRESH, "token_type": "Bearer", "expires_in": 600})
class PairOut(serializers.Serializer):
    access = serializers.CharField(help_text="For `Authorization: Bearer`.")
    refresh = serializers.CharField(help_text="For `auth/refresh`, once.")
    token_type = serializers.CharField(default="Bearer")
    expires_in = serializers.IntegerField(help_text="Seconds until the access token ends.")


class Login(ApiView):
    scope = PUBLIC
    authentication_classes = ()

    @extend_schema(request=Credentials, responses=PairOut, auth=[], operation_id="auth_login")
    def post(self, request: Request) -> Response:
        """Sign in with e-mail and password, and the code of the second factor where there is one."""
        return pair(self._begin(**self.body(Credentials)))

    def _begin(self, *, email: str, password: str, code: str = "") -> refresh.Pair:
        """Begin a sign-in, or answer the refusal as the problem that programs know it by."""
        try:
            return refresh.begin(verify(email, password, code=code, address=client_address(self.request._request)))
        except refusals.WrongCredentials as refusal:
            raise problems.WrongCredentials(refusal.text) from refusal
        except refusals.SecondFactorNeeded as refusal:
            raise problems.SecondFactorNeeded(refusal.text) from refusal
        except refusals.SecondFactorMissing as refusal:
            raise problems.SecondFactorRequired from refusal
        except refusals.TooManyTries as refusal:
            raise problems.TooManySignIns(refusal) from refusal


class Refresh(ApiView):
    scope = PUBLIC
    authentication_classes = ()

    @extend_schema(request=RefreshIn, responses=PairOut, auth=[], operation_id="auth_refresh")
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair.

        Each is good for one exchange. Within ten seconds the same exchange gives the same refresh token again;
        after that somebody else must have it, and the whole sign-in ends.
        """
        return pair(refresh.rotate(self.body(RefreshIn)["refresh"]))


class Logout(ApiView):
    scope = PUBLIC

    @extend_schema(
        request=LogoutIn,
        responses={204: None},
        auth=[{"bearer": []}, {}],  # type: ignore[list-item]
        operation_id="auth_logout",
    )
    def post(self, request: Request) -> Response:
        """End the sign-in that the access token, or the refresh token in the body, belongs to."""
        family = self._family(self.body(LogoutIn).get("refresh"))
        with transaction.atomic():
            family.end()
            record("person.signed_out", family.user, by=family.user, family=str(family.id))
        return Response(status=204)

    def _family(self, text: str | None) -> TokenFamily:
        family = refresh.family_of(text) if text is not None else self.request.auth
        if not isinstance(family, TokenFamily):
            raise problems.InvalidToken
        return family


def pair(of: refresh.Pair) -> Response:
    """Answer with an access and a refresh token."""
    seconds = int(access.LIFETIME.total_seconds())
    tokens = {"access": of.access, "refresh": of.refresh, "token_type": "Bearer", "expires_in": seconds}
    return Response(tokens)
