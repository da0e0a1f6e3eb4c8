"""Wire the product together: settings, URLs, the ASGI and WSGI programs, Celery."""

from __future__ import annotations

from pathlib import Path

import numbers

# Python's own library has a module called `numbers` too. When it was imported before the project's
# folder came onto the path (console scripts do that), it must still find our models below it.
if not hasattr(numbers, "__path__"):
    numbers.__path__ = [str(Path(__file__).resolve().parent.parent / "numbers")]

from config.celery import app as celery_app

__all__ = ["celery_app"]
