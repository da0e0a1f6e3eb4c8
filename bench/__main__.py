"""`python -m bench`: measure; `make bench` starts PostgreSQL and Valkey for it."""

import argparse
import os
import sys

from bench import ack, end_to_end, report, send

GROUPS = {"ingest.ack": ack.run, "ingest.end_to_end": end_to_end.run, "send.text": send.run}


def main() -> int:
    """Run the groups asked for and print what they measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("group", nargs="*", help=f"{', '.join(GROUPS)}, or the beginning of a measure (ingest)")
    wanted = parser.parse_args().group
    for name in GROUPS:
        if not wanted or any(name.startswith(prefix) for prefix in wanted):
            report.say(f"{name}: {GROUPS[name].__doc__}")
            GROUPS[name](os.environ)
    report.finish()
    return 0


if __name__ == "__main__":
    sys.exit(main())
