"""Where a request comes from: the one answer, for logs, the audit trail, sessions and the brake."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the address of whoever sent the request, None where it has none (a local socket).

    X-Forwarded-For counts only behind a proxy of ours, and of it only the last hop: that one the proxy
    wrote, anything before it whoever asked could have written.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2] if settings.TRUST_PROXY else ""
    return _parsed(forwarded) or _parsed(direct)


def _parsed(text: str) -> str | None:
    try:
        # A zone ("%eth0") means nothing to anybody else.
        address = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
