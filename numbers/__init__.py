"""WhatsApp numbers and the accounts that own them.

The name is also a module of Python's own library, which third-party code imports for its abstract
number classes; they are passed on here (docs/decisions/001-the-numbers-package.md).
"""

from __future__ import annotations

import sysconfig
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

_spec = spec_from_file_location("_python_numbers", Path(sysconfig.get_path("stdlib")) / "numbers.py")
assert _spec and _spec.loader  # Python ships this file
_python_numbers = module_from_spec(_spec)
_spec.loader.exec_module(_python_numbers)

Number = _python_numbers.Number
Complex = _python_numbers.Complex
Real = _python_numbers.Real
Rational = _python_numbers.Rational
Integral = _python_numbers.Integral
