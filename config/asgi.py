"""Sockets and the webhook receiver; in the demo also the pages."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

pages = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from accounts.sockets import SignedIn  # noqa: E402
from config.sockets import Bounded, OwnOrigin  # noqa: E402
from inbox.routing import websocket_urlpatterns  # noqa: E402
from webhooks.receiver import Receiver  # noqa: E402

WEBHOOK_PATH = "/webhook/whatsapp"

receiver = Receiver()


async def http(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Give Meta's deliveries to the bare receiver and everything else to Django."""
    if scope["path"].rstrip("/") == WEBHOOK_PATH:
        await receiver(scope, receive, send)
    else:
        await pages(scope, receive, send)


application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": OwnOrigin(SignedIn(Bounded(URLRouter(websocket_urlpatterns)))),
    }
)
