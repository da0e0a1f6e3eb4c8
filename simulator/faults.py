"""What goes wrong on purpose, and how slow everything is."""

import dataclasses
import math
import random
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any

PAIR_WINDOW_SECONDS = 6.0


@dataclass(slots=True)
class Faults:
    """The switches of the fault panel. Probabilities go from 0 (never) to 1 (always)."""

    latency_ms: float = 80.0
    jitter: float = 0.25  # sigma of the log-normal around the median latency
    error_code: int | None = None
    error_probability: float = 1.0
    http_5xx_html: float = 0.0
    timeout_after_accepting: float = 0.0
    drop_response: float = 0.0
    phone_number_id: str | None = None  # limits the five above to one number
    count: int | None = None  # limits the five above to the next so many calls, then they are off
    throttle_per_second: int | None = None
    pair_throttle: int | None = None  # messages to one person in six seconds
    window: str = "known"  # whose 24 hours count: known customers, all or off
    window_by_status: bool = False
    status_error_code: int | None = None
    status_error_probability: float = 1.0
    sent_ms: float = 150.0
    delivered_ms: float = 700.0
    read_ms: float = 4000.0
    read_probability: float = 1.0
    duplicates: float = 0.0
    disorder: bool = False
    webhook_paused: bool = False

    def change(self, values: dict[str, Any]) -> None:
        """Take over the named values; raise ValueError naming the first one that cannot be used."""
        fields = {field.name: field for field in dataclasses.fields(self)}
        accepted = {}
        for name, value in values.items():
            if name not in fields:
                raise ValueError(f"There is no fault called {name}.")
            accepted[name] = _checked(name, value, fields[name].type)
        for name, value in accepted.items():
            setattr(self, name, value)

    def latency(self) -> float:
        """Return the seconds the next answer takes."""
        if self.latency_ms <= 0:
            return 0.0
        return self.latency_ms / 1000 * math.exp(random.gauss(0, self.jitter))

    def strikes(self, name: str, phone_number_id: str) -> bool:
        """Tell whether the named fault hits this call, and count it if it does."""
        probability = float(getattr(self, name))
        if not probability or self.phone_number_id not in (None, phone_number_id):
            return False
        if probability < 1 and random.random() >= probability:
            return False
        self._count_down()
        return True

    def _count_down(self) -> None:
        """Use up one of the counted calls; the last one switches off what was counted."""
        if self.count is None:
            return
        self.count -= 1
        if self.count <= 0:
            self.count = self.error_code = None
            self.http_5xx_html = self.timeout_after_accepting = self.drop_response = 0.0


def _checked(name: str, value: Any, kind: Any) -> Any:
    """Return the value as the field's type; raise ValueError when it is not one."""
    if name == "window":
        if value in ("known", "all", "off"):
            return value
    elif value is None and kind in (int | None, str | None):
        return None
    elif kind == str | None:
        return str(value)
    elif kind is bool:
        return bool(value)
    elif isinstance(value, (int, float)) and math.isfinite(value) and value >= 0:
        return float(value) if kind is float else int(value)
    raise ValueError(f"{name} cannot be {value!r}.")


class Throttles:
    """Counts sends for the two rate limits of a number: in a second, and to one person."""

    def __init__(self) -> None:
        self._seconds: dict[str, tuple[int, int]] = {}
        self._pairs: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def number_exceeded(self, phone_number_id: str, limit: int | None) -> bool:
        """Count one send of the number and tell whether this second has had more than the limit."""
        if limit is None:
            return False
        now = int(time.monotonic())
        second, count = self._seconds.get(phone_number_id, (now, 0))
        count = count + 1 if second == now else 1
        self._seconds[phone_number_id] = (now, count)
        return count > limit

    def pair_exceeded(self, phone_number_id: str, recipient: str, limit: int | None) -> bool:
        """Count one send to the person and tell whether six seconds have had more than the limit."""
        if limit is None:
            return False
        now = time.monotonic()
        times = self._pairs[phone_number_id, recipient]
        while times and times[0] < now - PAIR_WINDOW_SECONDS:
            times.popleft()
        if len(times) >= limit:
            return True
        times.append(now)
        return False
