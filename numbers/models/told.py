"""Rows that hold what Meta tells: the newest word stands, in whatever order the words come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import models


class ToldByMeta(models.Model):
    """A row whose columns are told by webhooks and read from Graph, each with the time of the telling."""

    told_at = models.JSONField(default=dict, editable=False)

    class Meta:
        abstract = True

    def take(self, told: Mapping[str, str], at: datetime) -> list[str]:
        """Set the columns of which `told` is the newest word; return the fields to save, none if all is known.

        Of two words of the same time the greater one stands, so that the order of arrival never decides.
        """
        taken = [name for name in sorted(told) if self._takes(name, told[name], at.isoformat())]
        return [*taken, "told_at"] if taken else []

    def hears(self, what: str, at: datetime) -> bool:
        """Note that there is word of something that has no column; False if it is no news."""
        if at.isoformat() <= self.told_at.get(what, ""):
            return False
        self.told_at = {**self.told_at, what: at.isoformat()}
        return True

    def _takes(self, name: str, value: str, at: str) -> bool:
        value = value[: getattr(self._meta.get_field(name), "max_length", None)]
        if (at, value) <= (self.told_at.get(name, ""), getattr(self, name)):
            return False
        self.told_at = {**self.told_at, name: at}
        setattr(self, name, value)
        return True
