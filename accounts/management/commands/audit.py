"""`manage.py audit verify | head | seal`: whether the trail is whole, and what to keep of it elsewhere."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from accounts.audit.chain import Head, last
from accounts.audit.sealing import seal_due
from accounts.audit.verifying import Verifier

SHOWN = 20
"""Findings that are printed; after a rewriting there is one for each entry."""
BROKEN = 1
CANNOT_SAY = 2


class Command(BaseCommand):
    """The audit trail's chain. Exit codes of `verify`: 0 whole, 1 broken, 2 it cannot be said."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser("verify", help="walk the chain and name the first entry that is not what was sealed")
        verify.add_argument(
            "--anchor", type=Path, help="a file of heads kept elsewhere, one a line ('-': standard input)"
        )
        verbs.add_parser("head", help="print the last seal as a line of JSON, to be kept out of the database's reach")
        verbs.add_parser("seal", help="seal now what the workers would seal within seconds")

    def handle(self, *_args: Any, verb: str, anchor: Path | None = None, **_options: Any) -> None:
        try:
            self._do(verb, anchor)
        except ImproperlyConfigured as error:
            raise CommandError(str(error), returncode=CANNOT_SAY) from error

    def _do(self, verb: str, anchor: Path | None) -> None:
        match verb:
            case "verify":
                self._verify(_read(anchor) if anchor else [])
            case "head":
                self.stdout.write(last().head.as_json())
            case "seal":
                self.stdout.write(f"{seal_due()} sealed.")

    def _verify(self, anchors: list[Head]) -> None:
        verifier, started = Verifier(anchors, self._progress), time.monotonic()
        findings = list(islice(verifier.findings(), SHOWN + 1))
        for found in findings[:SHOWN]:
            entry = f"entry {found.entry}" if found.entry else "no entry"
            self.stdout.write(f"{found.kind}: seal {found.position}, {entry}: {found.text}")
        if findings:
            more = " The first ones are shown." if len(findings) > SHOWN else ""
            raise CommandError(f"The audit trail is broken.{more}", returncode=BROKEN)
        seconds = time.monotonic() - started
        self.stdout.write(f"Whole: {verifier.position} entries, {len(anchors)} anchors, {seconds:.1f} s.")

    def _progress(self, sealed: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{sealed} entries", ending="")


def _read(path: Path) -> list[Head]:
    """Read heads, one a line; raise CommandError for what is none."""
    try:
        lines = sys.stdin if str(path) == "-" else path.read_text(encoding="utf-8").splitlines()
        heads = [Head(**json.loads(line)) for line in lines if line.strip()]
    except (OSError, ValueError, TypeError) as error:
        raise CommandError(f"{path} holds no heads: {error}", returncode=CANNOT_SAY) from error
    if not heads:
        raise CommandError(f"{path} holds no heads.", returncode=CANNOT_SAY)
    return heads
