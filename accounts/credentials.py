"""Prove who somebody is: the one way, for the page and for the API."""

from __future__ import annotations

import structlog
from django.contrib.auth import authenticate

from accounts import brake, second_factor
from accounts.audit import record
from accounts.models import User
from accounts.refusals import SecondFactorMissing, SecondFactorNeeded, TooManyTries, WrongCredentials

log = structlog.get_logger(__name__)


def verify(email: str, password: str, *, code: str = "", address: str | None, door: str = "api") -> User:
    """Return the person who sent all that signing in asks of them, at once.

    Raise WrongCredentials (WrongCode is one), SecondFactorNeeded, SecondFactorMissing or TooManyTries.
    """
    user = check_password(email, password, address=address)
    if second_factor.is_missing(user):
        raise SecondFactorMissing
    if second_factor.is_set(user):
        if not code:
            raise SecondFactorNeeded
        second_factor.check_code(user, code, address=address)
    welcome(user, address=address, door=door)
    return user


def check_password(email: str, password: str, *, address: str | None) -> User:
    """Return the active person with this e-mail and password: half of a sign-in where there is a second factor.

    Whoever it is not, known or not, costs one hash and gets one answer. Raise WrongCredentials or TooManyTries.
    """
    account = email.strip().lower()
    gates = brake.sign_in_gates(account, address)
    try:
        brake.reserve(gates)
    except TooManyTries as refusal:
        log.warning("sign_in.braked", wait=refusal.wait)
        raise
    user = authenticate(username=account, password=password)
    if not isinstance(user, User):
        _note_failure(account)
        raise WrongCredentials
    brake.give_back(gates)
    return user


def welcome(user: User, *, address: str | None, door: str) -> None:
    """Write down that a person has come in, and where they came from."""
    brake.remember(user.email, address)
    record("person.signed_in", user, by=user, door=door)


def _note_failure(account: str) -> None:
    """Audit a wrong password; of whom we do not know, not even the e-mail is kept."""
    known = User.objects.filter(email=account).first()
    record("person.sign_in_failed", known or User(pk=0), by=None, step="password")
