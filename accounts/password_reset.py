"""A link by mail for who does not know their password: it works once, for an hour."""

from __future__ import annotations

import threading
from email.utils import formataddr

import structlog
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db import connections
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from accounts import brake
from accounts.models import User

log = structlog.get_logger(__name__)


def can_send() -> bool:
    """Whether this installation sends mails."""
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def ask_for_link(email: str, *, address: str | None, site: str) -> None:
    """Send a link to whoever has this e-mail and is active; do as much work, and say as much, if nobody has.

    `site` is where our pages are, with scheme. Raise TooManyTries.
    """
    account = email.strip().lower()
    brake.reserve(brake.mail_gates(account, address))
    person = User.objects.filter(email=account, is_active=True).first()
    # A stranger's letter is written as well, and thrown away: both take as long.
    letter = _letter(person or User(pk=0, email=account, password="!"), site)  # noqa: S106
    if person:
        # The mail server's seconds would tell who is known.
        threading.Thread(target=_send, args=(letter, person.pk), name="reset-mail").start()


def person_of(uid: str, token: str) -> User | None:
    """Return whose link this is: unused, not an hour old, and its person active; else None."""
    try:
        user = User.objects.filter(pk=int(urlsafe_base64_decode(uid)), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return user if user and default_token_generator.check_token(user, token) else None


def _letter(person: User, site: str) -> EmailMessage:
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    path = reverse("accounts:password_reset_confirm", args=[uid, default_token_generator.make_token(person)])
    with translation.override(person.language):
        text = render_to_string("accounts/password_reset.txt", {"person": person, "link": f"{site}{path}"})
        return EmailMessage(_("A new password for Prosa"), text, to=[formataddr((person.name, person.email))])


def _send(letter: EmailMessage, person: int) -> None:
    try:
        letter.send()
    except Exception as error:
        log.error("mail.lost", person=person, error=type(error).__name__)
    finally:
        connections.close_all()
