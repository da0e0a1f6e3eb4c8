"""Whether a process can do its work: what it says, and that asking costs it little."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db


def test_it_is_ready_and_asking_again_is_cheap(client):
    assert client.get("/readyz").json()["database"] == "ok"
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/readyz").status_code == 200
    assert len(asked) <= 3


def test_without_the_newest_migration_it_is_not(client):
    applied = MigrationRecorder.Migration.objects.filter(app="inbox")
    applied.order_by("-name")[:1].get().delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "migrations pending")
