"""The whole product on this machine, with made-up people and a simulated Meta."""

import os
import subprocess
import sys
from collections.abc import Mapping

from local import ports
from local.home import DATA, ROOT, Home, made_up_secrets, read_env, write_private
from local.processes import Process, Supervisor, answers
from local.servers import Servers
from local.terminal import Trouble, say, step

FIRST_PORT = 8000
FOR_LOGS = {"PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
# The app that the simulator says its tokens are of.
SIMULATED_APP = "670000000000001"
# It serves plain HTTP on loopback, whatever a .env for production says.
PLAIN = {"PRODUCTION": "false", "HTTPS": "false", "STATIC_MANIFEST": "false"}


def run() -> int:
    """Start everything, print the addresses and logins, and keep it alive until Ctrl-C."""
    home = Home(DATA)
    if not home.take():
        raise Trouble(_already_running(home))
    given = {name: value for name, value in {**read_env(ROOT / ".env"), **os.environ}.items() if value}
    port = _port("the inbox", _wished_port(given))
    inbox = f"http://127.0.0.1:{port}"
    home.publish({}, inbox)
    simulator = "" if "GRAPH_BASE_URL" in given else f"http://127.0.0.1:{_port('the simulator', port + 1)}"
    with Servers(home, given) as servers:
        environment = _environment(home, given, servers.environment, inbox, simulator)
        home.publish({name: environment[name] for name in _published(environment)}, inbox)
        with Supervisor(home, environment) as supervisor:
            try:
                logins = _start(supervisor, home, environment, inbox, simulator)
                _welcome(inbox, logins, simulator)
                supervisor.watch()
            except KeyboardInterrupt:
                say("\nStopping ...")
    home.leave()
    return 0


def _start(supervisor: Supervisor, home: Home, environment: Mapping[str, str], inbox: str, simulator: str) -> str:
    """Start the processes, each once what it needs is there; return what demo_data says about the logins."""
    with step("Preparing the database"):
        _manage(home, environment, "migrate", "--noinput")
    if simulator:
        with step("Starting the simulated WhatsApp"):
            supervisor.start(_simulator(home, simulator, inbox))
    with step("Loading people and numbers"):
        logins = _manage(home, environment, "demo_data")
    with step("Starting the inbox and its workers"):
        supervisor.start(_live(inbox), *_workers(), _beat(home))
    return logins


def _simulator(home: Home, address: str, inbox: str) -> Process:
    database = home.directory / "simulator.sqlite3"
    port = address.rpartition(":")[2]
    options = ["--host", ports.HOST, "--port", port, "--database", str(database)]
    command = [*_module("simulator"), *options, "--webhook-url", f"{inbox}/webhook/whatsapp", "--scripted"]
    return Process("simulator", command, lambda: answers(address))


def _live(inbox: str) -> Process:
    options = ["--host", ports.HOST, "--port", inbox.rpartition(":")[2], "--no-access-log", "--ws-max-size", "65536"]
    command = [*_module("uvicorn"), "config.asgi:application", *options, "--timeout-graceful-shutdown", "3"]
    return Process("live", command, lambda: answers(f"{inbox}/readyz"))


def _workers() -> list[Process]:
    lanes = {"inbound": "inbound", "replies": "replies", "background": "bulk,media,maintenance"}
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    worker = [*_module("celery"), "-A", "config", "worker", "-P", "threads", *alone]
    return [Process(f"worker-{name}", [*worker, "-Q", queues, "-n", f"{name}@%h"]) for name, queues in lanes.items()]


def _beat(home: Home) -> Process:
    command = [*_module("celery"), "-A", "config", "beat", "-s", str(home.directory / "beat-schedule")]
    return Process("beat", [*command, "--pidfile="])  # ours says more: it survives a reused pid


def _module(name: str) -> list[str]:
    return [sys.executable, "-m", name]


def _manage(home: Home, environment: Mapping[str, str], *command: str) -> str:
    """Run a management command; return what it printed, or raise Trouble with the end of its log."""
    log = home.logs / f"{command[0]}.log"
    with log.open("wb") as errors:
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            check=False,
        )
        errors.write(done.stdout)
    if done.returncode:
        end = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
        raise Trouble(f"manage.py {command[0]} failed; see {log}.\n{end}")
    return done.stdout.decode(errors="replace")


def _environment(
    home: Home, given: Mapping[str, str], servers: Mapping[str, str], inbox: str, simulator: str
) -> dict[str, str]:
    """What all processes get: made-up secrets, over them what the person gave, over that what we started."""
    made_up = {**_kept_secrets(home), "LOG_FORMAT": "console", "CSRF_TRUSTED_ORIGINS": inbox}
    made_up["MEDIA_ROOT"] = str(home.directory / "media")
    # The demo is looked at without a phone at hand; whoever wants to see it sets it.
    made_up["SECOND_FACTOR_REQUIRED"] = ""
    graph = {"GRAPH_BASE_URL": simulator, "WHATSAPP_APP_ID": SIMULATED_APP} if simulator else {}
    made_up["PUBLIC_URL"] = inbox
    return {**made_up, **given, **servers, **graph, **PLAIN, **FOR_LOGS}


def _kept_secrets(home: Home) -> dict[str, str]:
    """Secrets made up once: the demo's database is encrypted with them."""
    file = home.directory / "demo.env"
    kept = read_env(file)
    if made_up_secrets().keys() - kept.keys():
        kept = {**made_up_secrets(), **kept}
        write_private(file, "".join(f"{name}={value}\n" for name, value in kept.items()))
    return kept


def _published(environment: Mapping[str, str]) -> list[str]:
    ours = ("DATABASE_URL", "REDIS_URL", "GRAPH_BASE_URL", "MEDIA_ROOT", *made_up_secrets(), *PLAIN)
    return [name for name in ours if name in environment]


def _wished_port(given: Mapping[str, str]) -> int:
    wish = given.get("PORT", str(FIRST_PORT))
    if not (wish.isdecimal() and 0 < int(wish) < 65536):
        raise Trouble(f"PORT is {wish!r}: it must be a number from 1 to 65535.")
    return int(wish)


def _port(what: str, first: int) -> int:
    try:
        port = ports.first_free(first)
    except OSError as error:
        raise Trouble(f"There is {error}: set PORT to the first one to try.") from error
    if port != first:
        say(f"Port {first} is taken: {what} gets {port}.")
    return port


def _already_running(home: Home) -> str:
    running = home.running()
    where = f" at {running['address']} (process {running['pid']})" if running.get("pid") else ""
    return f"The demo already runs{where}. `make stop` ends it."


def _welcome(inbox: str, logins: str, simulator: str) -> None:
    say(f"\nInbox      {inbox}/\n")
    say(logins.strip())
    if simulator:
        say(f"\nSimulator  {simulator}/   the customers' phones, and what Meta would see")
    say("\nCtrl-C stops everything.")
