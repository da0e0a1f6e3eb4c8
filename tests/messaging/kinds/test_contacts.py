"""Contact cards, read and sent."""

from __future__ import annotations

import pytest

from messaging.kinds import contacts
from messaging.kinds.contacts import Card, Contacts, Phone
from messaging.limits import Invalid

FULL = {
    "name": {"formatted_name": "Bruno da Oficina", "first_name": "Bruno"},
    "phones": [
        {"phone": "+55 81 90000-0001", "wa_id": "558190000001", "type": "CELL"},
        {"phone": "3000-0000"},
        {"wa_id": "558190000002"},
        "5581",
        {"type": "WORK"},
    ],
    "emails": [{"email": "bruno@oficina.example", "type": "WORK"}, {"email": None}],
    "addresses": [{"street": "Rua 1, 20", "city": "Recife", "zip": 50000, "type": "WORK"}, {"type": "HOME"}],
    "org": {"company": "Oficina", "title": "Dono"},
    "birthday": "1990-02-28",
    "urls": [{"url": "https://oficina.example"}, {"url": "javascript:alert(1)"}],
}
CARD = Card(
    name="Bruno da Oficina",
    phones=(
        Phone("+55 81 90000-0001", "CELL", "558190000001"),
        Phone("3000-0000"),
        Phone("558190000002", "", "558190000002"),
    ),
    emails=("bruno@oficina.example",),
    organization="Oficina, Dono",
    addresses=("Rua 1, 20, Recife, 50000",),
    urls=("https://oficina.example",),
    birthday="1990-02-28",
)
OWN = {"vcard": "BEGIN:VCARD\nVERSION:3.0\nN:;Ana;;;\nFN:Ana\nEND:VCARD", "phones": [{"phone": "+558190000003"}]}


def test_it_reads_a_card():
    content = contacts.parse({"type": "contacts", "contacts": [FULL]})
    assert content == Contacts((CARD,))
    assert contacts.words(content) == (
        "Bruno da Oficina · Oficina, Dono · +55 81 90000-0001 · 3000-0000 · 558190000002 · bruno@oficina.example"
    )


@pytest.mark.parametrize(
    ("raw", "is_own"),
    [
        ({"contacts": [OWN | {"origin": "contact_request"}]}, True),
        ({"contacts": [OWN], "origin": "contact_request"}, True),
        ({"contacts": [OWN | {"origin": "other"}]}, False),
        ({"contacts": [OWN | {"origin": ["contact_request"]}]}, False),
        ({"contacts": [OWN]}, False),
    ],
)
def test_only_what_we_asked_for_is_the_senders_own(raw, is_own):
    assert contacts.parse(raw) == Contacts((Card("Ana", (Phone("+558190000003"),), is_senders_own=is_own),))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": {"first_name": "Ana", "last_name": "Lima"}}, "Ana Lima"),
        ({"name": "Ana"}, ""),
        ({"vcard": "FN;CHARSET=UTF-8:Ana\r\nTEL:1"}, "Ana"),
        ({"vcard": "N:Ana"}, ""),
        ({}, ""),
    ],
)
def test_a_card_may_lack_a_name(given, expected):
    assert contacts.parse({"contacts": [given]}).cards[0].name == expected


def test_a_card_is_bounded():
    content = contacts.parse({"contacts": [{"emails": [{"email": "a@x.example"}] * 500}] * 300})
    assert len(content.cards) == 257
    assert len(content.cards[0].emails) == 20
    assert len(contacts.words(content)) == 10_000


def test_it_is_sent():
    assert contacts.payload([CARD, Card("Ana")]) == [
        {
            "name": {"formatted_name": "Bruno da Oficina", "first_name": "Bruno", "last_name": "da Oficina"},
            "phones": [
                {"phone": "+55 81 90000-0001", "type": "CELL", "wa_id": "558190000001"},
                {"phone": "3000-0000"},
                {"phone": "558190000002", "wa_id": "558190000002"},
            ],
            "emails": [{"email": "bruno@oficina.example"}],
            "addresses": [{"street": "Rua 1, 20, Recife, 50000"}],
            "urls": [{"url": "https://oficina.example"}],
            "org": {"company": "Oficina, Dono"},
            "birthday": "1990-02-28",
        },
        {"name": {"formatted_name": "Ana", "first_name": "Ana"}},
    ]


@pytest.mark.parametrize(("cards", "field"), [([], "contacts"), ([Card("A")] * 258, "contacts"), ([Card(" ")], "name")])
def test_what_meta_would_refuse_is_refused(cards, field):
    with pytest.raises(Invalid) as refusal:
        contacts.payload(cards)
    assert refusal.value.field == field
