"""Django's session store over our own rows: they know whose they are, and end when idle or old."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from accounts.models import Session


def ends_at(*, started_at: datetime, seen_at: datetime) -> datetime:
    """Return when a session is over: some time after it was last used, and in any case some time after it began."""
    idle = seen_at + timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    return min(idle, started_at + timedelta(hours=settings.SESSION_MAX_HOURS))


class SessionStore(DatabaseStore):
    """Keep a person's session; `row` is what was loaded, None before and for a new one."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        self.row = Session.objects.alive().filter(pk=self.session_key).first()
        if self.row is None:
            # A key that we did not give is never taken over: the next one to save makes a new one.
            self._session_key = None
            return {}
        return self.decode(self.row.session_data)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        now = timezone.now()
        return Session(
            session_key=str(self.session_key),
            session_data=self.encode(data),
            user_id=data.get(SESSION_KEY),
            started_at=now,
            seen_at=now,
            expire_date=ends_at(started_at=now, seen_at=now),
        )

    def save(self, must_create: bool = False) -> None:
        """Write the data; a session that was ended meanwhile stays ended (UpdateError)."""
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        # When it began and was seen is not this request's to say: see `sessions.note_use`.
        changed = Session.objects.filter(session_key=self.session_key).update(
            session_data=self.encode(dict(self.items())), user_id=self.get(SESSION_KEY)
        )
        if not changed:
            raise UpdateError
