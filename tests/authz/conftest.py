"""A world and the product that serves it; and, last of all that is printed, how the table fared."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage

from tests.authz.server import Served, serving
from tests.authz.visits import Visitor
from tests.authz.world import World

Opened = Callable[..., AbstractContextManager[Visitor]]
RESULT = pytest.StashKey[dict[str, Any]]()


@pytest.fixture
def opened(transactional_db: None) -> Opened:
    """Serve a fresh world: `with opened(hole="...") as visitor`."""

    @contextmanager
    def serve(**how: Any) -> Iterator[Visitor]:
        ContentType.objects.clear_cache()
        world = World()
        with serving(media=default_storage.location, **how) as served:
            yield Visitor(world, served)

    return serve


@pytest.fixture(scope="module")
def served(django_db_setup: None) -> Iterator[Served]:
    """The product for the tests of a file."""
    with serving(media=default_storage.location) as served:
        yield served


@pytest.fixture
def visitor(transactional_db: None, served: Served) -> Visitor:
    """A fresh world, served by the file's process."""
    ContentType.objects.clear_cache()
    return Visitor(World(), served)


def pytest_unconfigure(config: pytest.Config) -> None:
    if RESULT in config.stash:
        print(json.dumps(config.stash[RESULT]))
