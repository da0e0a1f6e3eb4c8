"""The Celery application: one pool of threads per lane, told by wake-ups, safe without them."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, signals
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("prosa")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@signals.setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Stop Celery from replacing the JSON log handler that settings.LOGGING defines."""


@signals.celeryd_after_setup.connect
def start_pulse(instance: Any, **_: Any) -> None:
    """Look for due rows of this worker's lanes once a second, from the start, broker or no broker."""
    from lib import pulse

    pulse.start(list(instance.app.amqp.queues.consume_from))


@signals.worker_shutting_down.connect
def stop_pulse(**_: Any) -> None:
    """Let running lanes finish what they hold and claim nothing more."""
    from lib import pulse

    pulse.stop()


@signals.worker_shutdown.connect
def wait_for_pulse(**_: Any) -> None:
    """End only when no pulse is in the middle of its work."""
    from lib import pulse

    pulse.wait()
