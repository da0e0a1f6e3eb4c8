"""Marketing: what a customer chose last, by Meta's time, in whatever order it is told."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import AuditLog
from contacts.actions import apply_marketing_choices
from contacts.facts import MarketingChoice, Person
from contacts.models import Contact
from numbers.models import PhoneNumber
from numbers.routes import Routes

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def choice(value: str, minute: int = 0, bsuid: str = "BR.1") -> MarketingChoice:
    at = NOON + timedelta(minutes=minute)
    return MarketingChoice(("x",), "105551234560001", Person(bsuid=bsuid, name="Ana"), value, at)


@pytest.fixture
def routes(number: PhoneNumber) -> Routes:
    return Routes({number.phone_number_id: number})


def test_stop_is_a_refusal_and_resume_its_end(routes: Routes):
    apply_marketing_choices([choice("stop")], routes)
    assert Contact.objects.get().marketing_refused_at == NOON
    apply_marketing_choices([choice("resume", 1)], routes)
    assert Contact.objects.get().marketing_refused_at is None
    apply_marketing_choices([choice("stop", 2)], routes)
    apply_marketing_choices([choice("signup", 3)], routes)
    assert Contact.objects.get().marketing_refused_at is None
    told = AuditLog.objects.order_by("pk").values_list("action", "actor")
    stopped, resumed = ("contact.marketing_stopped", None), ("contact.marketing_resumed", None)
    assert list(told) == [stopped, resumed, stopped, resumed]


@pytest.mark.parametrize(
    "order", list(itertools.permutations([("stop", 1), ("resume", 2), ("resume", 4), ("stop", 4)]))
)
def test_the_order_of_arrival_does_not_matter(routes: Routes, order: tuple):
    for value, minute in order:
        apply_marketing_choices([choice(value, minute)], routes)
    assert Contact.objects.get().marketing_refused_at == NOON + timedelta(minutes=4), "of two at once the stop counts"


def test_many_at_once_are_as_one_by_one(routes: Routes):
    apply_marketing_choices([choice("stop", 1), choice("resume", 2), choice("stop", 1, bsuid="BR.2")], routes)
    assert {c.bsuid: c.refuses_marketing for c in Contact.objects.all()} == {"BR.1": False, "BR.2": True}


def test_what_was_known_already_is_not_written_down_again(routes: Routes):
    for _ in range(2):
        apply_marketing_choices([choice("stop")], routes)
    assert AuditLog.objects.count() == 1


def test_who_never_refused_resumes_without_a_word(routes: Routes):
    apply_marketing_choices([choice("signup")], routes)
    assert not AuditLog.objects.exists()


def test_the_panel_says_so(conversation, owner, signed_in):
    Contact.objects.filter(pk=conversation.contact_id).update(marketing_refused_at=NOON)
    page = signed_in(owner).get(f"/inbox/all/{conversation.pk}/").content.decode()
    assert "Marketing" in page
