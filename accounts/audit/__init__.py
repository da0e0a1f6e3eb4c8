"""The audit trail: written with each change, sealed soon after, verified when somebody asks."""

from accounts.audit.trail import record

__all__ = ["record"]
