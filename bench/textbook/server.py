"""The textbook view, served as its tutorial would: granian, WSGI, a worker for each core."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench import seed
from bench.processes import CORES, FIRST_PORT, Processes, answers
from local import ports

THREADS = 16
"""The number that served it best, of 1, 4 and 16."""


@contextmanager
def serving(environment: Mapping[str, str], *, messages: int) -> Iterator[tuple[Processes, int]]:
    """Serve the view on a fresh database that knows the campaign's messages; give its processes and port."""
    url = seed.fresh_database(environment, "prosa_bench_textbook")
    with Processes({**environment, "TEXTBOOK_DATABASE_URL": url}) as processes:
        seed.textbook(processes, messages=messages)
        port = ports.first_free(FIRST_PORT)
        options = ["--interface", "wsgi", "--workers", str(CORES), "--blocking-threads", str(THREADS)]
        command = ["granian", "bench.textbook.wsgi:application", "--port", str(port), *options, "--no-access-log"]
        processes.start("textbook", *command, ready=lambda: answers(port, "/"))
        yield processes, port
