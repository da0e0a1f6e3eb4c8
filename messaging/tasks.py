"""What the maintenance workers do for the catalogue of templates."""

from __future__ import annotations

from lib import pulse
from messaging import catalogue, sync

read_templates = pulse.lane("templates", catalogue.read_stale, every=10.0, queue="maintenance")
sync_templates = pulse.lane("catalogues", sync.sync_due, every=10.0, queue="maintenance")
