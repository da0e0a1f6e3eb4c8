"""`python -m bench`: measure on this machine; `make bench` starts PostgreSQL and Valkey for it."""

import argparse
import os
import sys

from bench import ack, campaign, end_to_end, large, report, send

GROUPS = {
    "ingest.ack": ack.run,
    "ingest.end_to_end": end_to_end.run,
    "ingest.large_post": large.run,
    "send.text": send.run,
    "send.campaign": campaign.run,
}


def main() -> int:
    """Run the groups asked for and print what they measured."""
    wanted = _parser().parse_args().group
    for name, run in GROUPS.items():
        if not wanted or any(name.startswith(prefix) for prefix in wanted):
            report.say(f"{name}: {run.__doc__}")
            run(os.environ)
    report.finish()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        epilog="BENCH_SECONDS shortens the load (10 s a round for ingest.ack, 60 s for ingest.end_to_end); "
        "BENCH_MESSAGES is how many send.text and send.campaign send.",
    )
    parser.add_argument("group", nargs="*", help=f"{', '.join(GROUPS)}, or how they begin (ingest); all by default")
    return parser


if __name__ == "__main__":
    sys.exit(main())
