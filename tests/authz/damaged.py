"""The product's two applications, with the hole in them that the environment names: what `serving` runs."""

from __future__ import annotations

import os

from config import asgi, wsgi
from tests.authz.holes import HOLES

if hole := os.environ["HOLE"]:
    HOLES[hole]()

pages, live = wsgi.application, asgi.application
