"""The second factor: a code that changes every 30 seconds (TOTP, RFC 6238), and recovery codes on paper."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time

import pyotp
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import brake
from accounts.audit import record
from accounts.models import RecoveryCode, SecondFactor, User
from accounts.refusals import MayNotRemoveSecondFactor, NothingToConfirm, SecondFactorStays, WrongCode
from accounts.sign_out import sign_out_everywhere

STEP_SECONDS = 30
TOLERANCE = 1
"""Steps a phone's clock may be off, either way."""
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
ISSUER = "Prosa"


def is_set(user: User) -> bool:
    """Whether a person's second factor is confirmed, so that signing in asks for it."""
    factor = getattr(user, "second_factor", None)
    return factor is not None and factor.confirmed_at is not None


def is_required(user: User) -> bool:
    """Whether a person's role may not go without."""
    return user.role in settings.SECOND_FACTOR_REQUIRED


def is_missing(user: User) -> bool:
    """Whether a person must set up a second factor before anything else opens."""
    return is_required(user) and not is_set(user)


def begin_enrolment(user: User) -> SecondFactor:
    """Make a secret that counts once a code has confirmed it; one that does not count yet is replaced."""
    with transaction.atomic():
        SecondFactor.objects.filter(user=user, confirmed_at=None).delete()
        factor, _made = SecondFactor.objects.get_or_create(user=user, defaults={"secret": new_secret()})
    return factor


def new_secret() -> str:
    """Return a secret for a phone."""
    return pyotp.random_base32()


def address_for_phone(user: User, secret: str) -> str:
    """Return the otpauth:// address that an authenticator reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)


def confirm_enrolment(user: User, code: str) -> list[str]:
    """Let the secret count, now that its code was shown to be right; return the recovery codes.

    Raise NothingToConfirm or WrongCode.
    """
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at=None).first()
        if factor is None:
            raise NothingToConfirm
        return _confirm(factor, factor.secret, code, "person.second_factor_enrolled")


def move_to_another_phone(user: User, secret: str, code: str) -> list[str]:
    """Let another phone's secret, whose code was shown to be right, replace the present one; return recovery codes.

    Until then the present phone counts. Raise NothingToConfirm without one, or WrongCode.
    """
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at__isnull=False).first()
        if factor is None:
            raise NothingToConfirm
        return _confirm(factor, secret, code, "person.second_factor_moved")


def make_new_recovery_codes(user: User) -> list[str]:
    """Replace a person's recovery codes, used or not; return the new ones, which nobody can read again."""
    with transaction.atomic():
        record("person.recovery_codes_replaced", user, by=user)
        return _make_recovery_codes(user)


def check_code(user: User, code: str, *, address: str | None) -> None:
    """Take a code of the authenticator or from paper, each once; raise WrongCode or TooManyTries."""
    gates = brake.code_gates(user.email, address)
    brake.reserve(gates)
    if not (_use_totp(user, code) or _use_recovery_code(user, code)):
        record("person.sign_in_failed", user, by=None, step="code")
        raise WrongCode
    brake.give_back(gates)


def remove_second_factor(person: User, *, by: User) -> None:
    """Forget a person's second factor and recovery codes; if somebody else does it, sign the person out.

    Raise SecondFactorStays where their role needs one, MayNotRemoveSecondFactor.
    """
    if by.pk != person.pk and not (by.is_active and by.is_admin):
        raise MayNotRemoveSecondFactor
    if by.pk == person.pk and is_required(person):
        raise SecondFactorStays
    with transaction.atomic():
        removed, _models = SecondFactor.objects.filter(user=person).delete()
        RecoveryCode.objects.filter(user=person).delete()
        if removed:
            record("person.second_factor_removed", person, by=by)
        if by.pk != person.pk:
            # A phone is gone: whatever it had open goes with it.
            sign_out_everywhere(person)


def recovery_codes_left(user: User) -> int:
    """Return how many of a person's recovery codes are not used yet."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def _confirm(factor: SecondFactor, secret: str, code: str, action: str) -> list[str]:
    step = _matching_step(secret, code)
    if step is None:
        raise WrongCode
    factor.secret, factor.confirmed_at, factor.last_step = secret, timezone.now(), step
    factor.save(update_fields=["secret", "confirmed_at", "last_step"])
    record(action, factor.user, by=factor.user)
    return _make_recovery_codes(factor.user)


def _use_totp(user: User, code: str) -> bool:
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    step = _matching_step(factor.secret, code) if factor else None
    if factor is None or step is None:
        return False
    # Of requests with the same code at once, the row lets one through.
    return SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step) == 1


def _matching_step(secret: str, code: str) -> int | None:
    """Return the step whose code this is; all are compared, and in constant time."""
    typed = "".join(code.split())
    now, totp, found = int(time.time()) // STEP_SECONDS, pyotp.TOTP(secret), None
    for step in range(now - TOLERANCE, now + TOLERANCE + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            found = step
    return found


def _use_recovery_code(user: User, code: str) -> bool:
    unused = RecoveryCode.objects.filter(user=user, digest=_digest(code), used_at=None)
    with transaction.atomic():
        if unused.update(used_at=timezone.now()) != 1:
            return False
        record("person.recovery_code_used", user, by=user, left=recovery_codes_left(user))
    return True


def _make_recovery_codes(user: User) -> list[str]:
    codes = [_new_code() for _number in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in codes)
    return codes


def _new_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _digest(code: str) -> str:
    """Return what is stored of a code; however it was typed, hyphens, spaces and capitals are no part of it."""
    letters = "".join(code.replace("-", "").split()).lower()
    return hashlib.sha256(letters.encode()).hexdigest()
