"""`manage.py import_prices FILE`: take over what Meta charges for templates, from a dated table."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.prices import BadPrices, import_prices


class Command(BaseCommand):
    help = "Take over what Meta charges for template messages, from a CSV (docs/campaigns.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        try:
            with file.open(encoding="utf-8-sig", newline="") as table:
                count = import_prices(table)
        except (OSError, UnicodeDecodeError, BadPrices) as error:
            raise CommandError(f"{file}: {error}") from None
        self.stdout.write(f"{count} prices")
