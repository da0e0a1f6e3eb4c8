"""What each kind of message looks like in the thread and in the list: every case of the partials."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import get_template, render_to_string
from django.utils import translation

from inbox import selectors
from inbox.models import Conversation, Message
from inbox.templatetags import inbox_kinds
from messaging import kinds
from tests.inbox.partials import Outline, attach, later, row, say, shown, words
from tests.inbox.samples import SAMPLES

SPRITE = Path(__file__).parents[2] / "static" / "icons.svg"


def sample(conversation: Conversation, name: str) -> Message:
    """Put one of the samples into the thread."""
    kind, raw, _ = SAMPLES[name]
    return say(conversation, kind, raw=raw)


# --- All kinds --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", kinds.MODULES)
def test_every_kind_has_a_template_a_word_and_an_icon_of_the_sprite(name):
    kind = kinds.of(name)
    get_template(inbox_kinds.template_of(kind))
    assert kind.LABEL
    assert name == "text" or f'id="{kind.ICON}"' in SPRITE.read_text()


def test_every_icon_that_a_template_names_is_in_the_sprite():
    templates = Path(__file__).parents[2] / "templates"
    named = {n for path in templates.rglob("*.html") for n in re.findall(r'\{% icon "([a-z-]+)"', path.read_text())}
    assert named
    assert named - set(re.findall(r'symbol id="([a-z-]+)"', SPRITE.read_text())) == set()


def test_there_is_a_sample_of_every_kind():
    assert {sample[0] for sample in SAMPLES.values()} >= set(kinds.MODULES) - {"edit", "revoke"}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_message_is_one_element_with_its_own_id_and_says_what_it_is(conversation, name):
    message, expected = sample(conversation, name), SAMPLES[name][2]
    html = shown(message)
    outline = Outline(html)
    assert outline.roots == ["article"] and not outline.open
    assert outline.ids[0] == f"message-{message.pk}"
    assert len(outline.ids) == len(set(outline.ids))
    for part in expected:
        assert part in words(html)


HURTS = "<script>alert(1)</script>\u202e\u200fשלום" + "x" * 300


def hurt(value: Any) -> Any:
    """The same value with every text of it replaced by one that tries to break out."""
    if isinstance(value, dict):
        return {key: hurt(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [hurt(inner) for inner in value]
    return HURTS if isinstance(value, str) else value


@pytest.mark.parametrize("name", SAMPLES)
def test_what_people_write_stays_text(conversation, name):
    kind, raw, _ = SAMPLES[name]
    message = say(conversation, kind, raw=hurt(raw) | {"type": kind})
    later(message, "reaction", HURTS[:60])
    later(message, "edit", HURTS)
    html = shown(message)
    assert "<script" not in html
    assert Outline(html).roots == ["article"]
    assert "<script" not in row(message.conversation, message)


ODD = [None, 7, "x", True, [], {}, [None], {"body": None}, {"type": 5}, [{"name": []}]]


@pytest.mark.parametrize("name", kinds.MODULES)
def test_odd_contents_are_shown_as_what_is_left_of_them(conversation, name):
    for content in ODD:
        assert Outline(shown(say(conversation, name, content))).roots == ["article"], content


def test_a_kind_of_tomorrow_says_what_to_ask_for(conversation):
    html = words(shown(say(conversation, "hologram", {"beam": 1})))
    assert "cannot be shown here: hologram" in html and "Ask them to send it again" in html


def test_addresses_of_customers_open_nothing_but_pages(conversation):
    place = {"latitude": 1, "longitude": 2, "name": "x", "url": "javascript:alert(1)"}
    card = {"name": {"formatted_name": "x"}, "urls": [{"url": "javascript:alert(1)"}]}
    referral = {"headline": "x", "source_type": "ad", "source_url": "data:text/html,x"}
    messages = [
        say(conversation, "location", place),
        say(conversation, "contacts", [card]),
        say(conversation, "text", {"body": "x"}, raw={"referral": referral}),
    ]
    for message in messages:
        links = [at["href"] or "" for tag, at in Outline(shown(message)).tags if tag == "a"]
        assert all(link.startswith(("http://", "https://", "/")) for link in links), links


def test_a_page_of_messages_asks_the_database_nothing_more(conversation, django_assert_num_queries):
    messages = [sample(conversation, name) for name in SAMPLES]
    for message in messages[::2]:
        later(message, "reaction", "👍")
        later(message, "edit", "outra coisa")
        Message.objects.filter(pk=message.pk).update(quoted_wamid=messages[1].wamid)
    for message in messages:
        if message.kind in ("image", "video", "audio", "document", "sticker"):
            attach(message)
    page = selectors.thread_page(conversation)
    assert len(page.entries) >= 30
    with django_assert_num_queries(0):
        render_to_string("inbox/_entries.html", {"page": page, "names": {}})


# --- What was said later ----------------------------------------------------------------------------


def test_a_reaction_comes_and_goes(conversation):
    message = say(conversation, "text", {"body": "Chegou!"})
    later(message, "reaction", "👍")
    later(message, "reaction", "❤", by="OUTBOUND")
    assert "Reaction of the customer 👍" in words(shown(message))
    assert "Our reaction ❤" in words(shown(message))
    later(message, "reaction", "")
    assert "👍" not in shown(message) and "❤" in shown(message)


def test_an_edit_shows_the_new_words_and_keeps_the_old(conversation):
    message = say(conversation, "text", {"body": "Quero 2"})
    later(message, "edit", "Quero 3")
    html = shown(message)
    now, before = html.split("<details", 1)
    assert "Quero 3" in now and "Quero 2" not in now
    assert "Quero 2" in before and "Edited" in words(html)
    assert "Quero 3" in row(conversation, message)


def test_a_deletion_says_so_and_keeps_what_it_was(conversation):
    message = say(conversation, "text", {"body": "Meu segredo"})
    later(message, "revoke")
    html = shown(message)
    assert "Deleted by the customer" in words(html)
    assert "Meu segredo" in html.split("<details", 1)[1]
    assert "Meu segredo" not in html.split("<details", 1)[0]
    assert "Message deleted" in row(conversation, message) and "Meu segredo" not in row(conversation, message)


def test_a_quote_leads_to_its_message(conversation):
    quoted = say(conversation, "image", {"id": "1", "caption": "Este aqui"})
    message = say(conversation, "text", {"body": "Tem azul?"}, quoted_wamid=quoted.wamid)
    html = shown(message)
    assert f'data-jump="message-{quoted.pk}"' in html
    assert "Customer Este aqui" in words(html)


def test_a_quote_of_another_conversation_leads_there(conversation, customer_writes):
    elsewhere = customer_writes("Longe", phone="5511987650009")
    html = shown(say(conversation, "text", {"body": "Lembra?"}, quoted_wamid=elsewhere.wamid))
    assert f"/inbox/all/{elsewhere.conversation_id}/#message-{elsewhere.pk}" in html
    assert "data-jump" not in html


def test_a_quote_of_something_unknown_says_so(conversation):
    assert "not in this history" in words(
        shown(say(conversation, "text", {"body": "E este?"}, quoted_wamid="wamid.unknown"))
    )


def test_what_was_sent_from_the_phone_is_ours(conversation, owner):
    echo = say(conversation, "text", {"body": "Do celular"}, direction="OUTBOUND")
    ours = say(conversation, "text", {"body": "Daqui"}, direction="OUTBOUND", author=owner, client_key="1")
    assert "Sent from the phone" in words(shown(echo))
    assert "Sent from the phone" not in words(shown(ours))


def test_what_metas_assistant_wrote_says_so(conversation):
    sent = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "5511987650001"}
    message = say(conversation, "text", {"body": "Abrimos até as 18h."}, raw=sent, direction="OUTBOUND")
    assert 'data-sender="OUTBOUNDmeta"' in shown(message)
    html = words(shown(message))
    assert "Meta&#x27;s assistant" in html or "Meta's assistant" in html
    assert "Sent from the phone" not in html


def test_an_answer_that_nobody_can_read_says_what_to_ask_for(conversation):
    assert "Ask them to send it again" in words(shown(say(conversation, "interactive", {"type": "tomorrow"})))


# --- Calls, choices, notes --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ({"status": "COMPLETED", "duration": 120}, "Call, 2 min"),
        ({"status": "COMPLETED", "duration": 12}, "Call, 12 s"),
        ({"status": "FAILED"}, "Missed call"),
    ],
)
def test_a_call_says_how_it_ended(conversation, end, expected):
    message = say(conversation, "call", raw={"event": "connect", "direction": "USER_INITIATED"})
    later(message, "call_end", **end | {"event": "terminate"})
    assert expected in words(shown(message))
    assert expected in row(conversation, message)


def test_a_number_change_is_a_note_of_the_timeline(conversation):
    html = shown(sample(conversation, "number changed"))
    assert 'class="event ' in html and "bubble" not in html


def test_a_choice_keeps_its_code_out_of_the_way(conversation):
    html = shown(sample(conversation, "list reply"))
    before, inside = html.split("<details", 1)
    assert "sku-42" in inside and "sku-42" not in before


# --- Words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "folds"),
    [("Oi", False), ("a" * 900, False), ("a" * 901, True), ("\n" * 17, True), ("😀" * 5000, True)],
)
def test_long_texts_fold(conversation, text, folds):
    assert ("Show all" in shown(say(conversation, "text", {"body": text}))) is folds


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (Decimal("1234.5"), "BRL", "R$ 1,234.50"),
        (Decimal("7"), "JPY", "JPY 7.00"),
        (None, "BRL", "–"),
        (Decimal("NaN"), "BRL", "–"),
    ],
)
def test_money(amount, currency, expected):
    with translation.override("en"):
        assert inbox_kinds.money(amount, currency) == expected


def test_money_is_written_as_the_reader_does():
    with translation.override("pt-br"):
        assert inbox_kinds.money(Decimal("1234.5"), "BRL") == "R$ 1.234,50"


@pytest.mark.parametrize(
    ("filename", "expected"),
    [("a.pdf", "PDF"), ("a.tar.gz", "GZ"), ("a", ""), ("a.", ""), ("a.muito", ""), ("a.<b>", ""), (".env", "")],
)
def test_the_letters_of_a_file(filename, expected):
    assert inbox_kinds.extension(filename) == expected
