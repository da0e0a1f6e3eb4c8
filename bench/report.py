"""What was measured: a line when it is known, a table and JSON lines at the end."""

import json
from typing import Any

from bench.processes import CORES

_measures: list[dict[str, Any]] = []


def say(text: str) -> None:
    """Tell what goes on."""
    print(text, flush=True)


def measure(name: str, value: float, unit: str, **more: float | str | dict[str, float]) -> None:
    """Write down one figure with what belongs to it (ratios, p50_ms, p99_ms, cores kept busy by name)."""
    numbers = {key: _rounded(number) for key, number in more.items()}
    _measures.append({"measure": name, "value": _rounded(value), "unit": unit, "cores": CORES, **numbers})
    say(f"  {_row(_measures[-1])}")


def finish() -> None:
    """Print the table, then one JSON line for each measure."""
    say(f"\nServers and load generator shared these {CORES} cores; loopback only; fsync and synchronous_commit on.")
    for one in _measures:
        say(_row(one))
    for one in _measures:
        say(json.dumps(one))


def _row(one: dict[str, Any]) -> str:
    rest = {key: value for key, value in one.items() if key not in ("measure", "value", "unit", "cores")}
    told = "  ".join(f"{key}={_told(value)}" for key, value in rest.items())
    return f"{one['measure']:<34}{one['value']:>10,} {one['unit']:<16}{told}"


def _told(value: Any) -> str:
    return " ".join(f"{name}:{share}" for name, share in value.items()) if isinstance(value, dict) else str(value)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(number) for name, number in value.items()}
    if isinstance(value, float):
        return round(value) if abs(value) >= 100 else round(value, 3 if abs(value) < 1 else 2)
    return value
