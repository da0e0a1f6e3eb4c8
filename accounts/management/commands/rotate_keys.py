"""`manage.py rotate_keys`: seal every stored secret with the first of FIELD_KEYS."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from accounts.audit import record
from accounts.models import User
from lib.encryption import encrypted_fields, seal_of_today
from lib.rotation import Rotation, rotate


class Command(BaseCommand):
    """Rotate FIELD_KEYS: put the new key in front, restart, run this, take the old ones away."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="open everything and write nothing")

    def handle(self, *_args: Any, dry_run: bool, **_options: Any) -> None:
        try:
            key = seal_of_today().split(".")[1]
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        done = [rotate(column, dry_run=dry_run, told=self._tell) for column in encrypted_fields()]
        sealed, unopened = sum(column.sealed for column in done), sum(len(column.unopened) for column in done)
        if not dry_run and sealed:
            record("keys.rotated", User, by=None, key=key, sealed=sealed, unopened=unopened)
        for column in done:
            self._report(column, dry_run)
        self._conclude(key, unopened, 0 if dry_run else sum(column.left for column in done))

    def _tell(self, column: Rotation) -> None:
        self.stderr.write(f"{column.place}: {column.sealed} ...")

    def _report(self, column: Rotation, dry_run: bool) -> None:
        verb = "to seal anew" if dry_run else "sealed anew"
        self.stdout.write(f"{column.place}: {column.sealed} {verb}, {len(column.unopened)} that do not open")
        if column.unopened:
            self.stdout.write(f"  rows {', '.join(map(str, column.unopened[:50]))}")

    def _conclude(self, key: str, unopened: int, left: int) -> None:
        if unopened:
            raise CommandError(
                f"{unopened} secrets open with none of FIELD_KEYS. Enter them anew, or give back their key."
            )
        if left:
            raise CommandError(
                f"{left} secrets were saved with an old key meanwhile. Restart everything, run this again."
            )
        old = [entry.partition(":")[0] for entry in settings.FIELD_KEYS[1:]]
        self.stdout.write(f"Everything opens with {key}." + (f" No longer needed: {', '.join(old)}." if old else ""))
