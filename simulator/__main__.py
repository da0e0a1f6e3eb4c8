"""Command line of the simulator: python -m simulator."""

import argparse
import signal
import sys
from pathlib import Path

import uvicorn

from simulator.app import App
from simulator.config import from_environment


def main() -> None:
    """Serve until interrupted."""
    options = _options()
    config = from_environment(
        database=options.database,
        webhook_url=options.webhook_url,
        address=f"http://{options.host}:{options.port}",
        latency_ms=options.latency_ms,
        scripted=options.scripted,
    )
    # uvicorn stops in order and then raises the signal again, which would make a clean end look like a death.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        App(config),
        host=options.host,
        port=options.port,
        lifespan="on",
        ws="none",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="A fake Meta for tests and demos.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=9100, help="port to listen on")
    parser.add_argument("--database", type=Path, default=Path(".data/simulator.sqlite3"), help="file of the ledger")
    parser.add_argument("--webhook-url", default="http://127.0.0.1:8000/webhook/whatsapp", help="where webhooks go")
    parser.add_argument("--latency-ms", type=float, default=80.0, help="median time of an answer")
    parser.add_argument("--scripted", action="store_true", help="let the fictional customers write by themselves")
    return parser.parse_args()


if __name__ == "__main__":
    main()
