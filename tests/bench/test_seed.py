"""What the benches fill in by hand still fits the product's tables."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.db import connection

from bench import seed, traffic
from inbox.models import Message
from numbers.models import PhoneNumber
from tests.deliveries import store
from webhooks import drain


@pytest.mark.django_db(transaction=True)
def test_the_product_takes_a_campaign_and_its_traffic():
    named = connection.settings_dict
    who = f"{quote(named['USER'])}:{quote(named['PASSWORD'])}@{named['HOST']}:{named['PORT']}"
    values = {**seed.FORMAT, "people": 40, "messages": 40, "password": "!"}
    seed._fill(f"postgres://{who}/{named['NAME']}", seed.PRODUCT, values)
    assert PhoneNumber.objects.count() == traffic.NUMBERS
    (event,) = store(traffic.large(0, updates=10, size=0))
    drain.drain_due()
    event.refresh_from_db()
    assert (event.state, event.outcome) == ("DONE", {"messages": 10})
    assert Message.objects.filter(direction="INBOUND").values("kind").distinct().count() == 5
