"""Everything a customer can send, in the shape of Meta, and files that are what they say."""

import base64
import hashlib
import io
import json

import pytest
import requests
from PIL import Image

from tests.simulator.harness import NUMBER, TOKEN, Process, Webhook, wait_for

ANA = {"from": "5511987650001", "from_user_id": "BR.4820193746501928375"}
FILE = {"id", "mime_type", "sha256", "url"}


def do(simulator: Process, customer: str = "ana", **values: object) -> str:
    return simulator.control("POST", f"/customers/{customer}/messages", values | {"phone_number_id": NUMBER})["id"]


def told(simulator: Process, webhook: Webhook, customer: str = "ana", **values: object) -> dict:
    """Return the message of the webhook after the customer did this."""
    wamid = do(simulator, customer, **values)
    return wait_for(lambda: webhook.messages(wamid))[0]


def changes(webhook: Webhook, field: str) -> list[dict]:
    posts = [json.loads(delivery.body) for delivery in webhook.deliveries]
    found = [change for post in posts for entry in post["entry"] for change in entry["changes"]]
    return [change["value"] for change in found if change["field"] == field]


def fetched(simulator: Process, media_id: str) -> tuple[dict, bytes]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    address = simulator.graph("GET", f"/{media_id}?phone_number_id={NUMBER}").json()
    return address, requests.get(address["url"], headers=headers, timeout=5).content


@pytest.mark.parametrize(
    ("values", "kind", "keys"),
    [
        ({"text": "Oi"}, "text", {"body"}),
        ({"image": "Olha"}, "image", FILE | {"caption"}),
        ({"image": ""}, "image", FILE),
        ({"image": "", "url": False}, "image", FILE - {"url"}),
        ({"screenshot": True}, "image", FILE),
        ({"voice": True}, "audio", FILE | {"voice"}),
        ({"audio": True}, "audio", FILE | {"voice"}),
        ({"video": "Assim"}, "video", FILE | {"caption"}),
        ({"document": "nota.pdf"}, "document", FILE | {"filename"}),
        ({"document": "nota.pdf", "caption": "Segue"}, "document", FILE | {"filename", "caption"}),
        ({"sticker": "static"}, "sticker", FILE | {"animated"}),
        ({"sticker": "animated"}, "sticker", FILE | {"animated"}),
        ({"location": True}, "location", {"latitude", "longitude", "name", "address"}),
        ({"location": {"latitude": -23.5, "longitude": -46.6}}, "location", {"latitude", "longitude"}),
        ({"order": True}, "order", {"catalog_id", "text", "product_items"}),
        ({"unsupported": "poll_creation"}, "unsupported", {"type"}),
        ({"reaction": "👍", "to": "wamid.1"}, "reaction", {"message_id", "emoji"}),
        ({"reaction": "", "to": "wamid.1"}, "reaction", {"message_id"}),
        ({"revoke": "wamid.1"}, "revoke", {"original_message_id"}),
        ({"edit": "Oi!", "of": "wamid.1"}, "edit", {"original_message_id", "message"}),
        ({"raw": {"type": "hologram", "hologram": {"depth": 3}}}, "hologram", {"depth"}),
    ],
)
def test_each_kind_has_the_keys_of_meta(
    simulator: Process, webhook: Webhook, values: dict, kind: str, keys: set[str]
) -> None:
    message = told(simulator, webhook, **values)
    assert message["type"] == kind
    assert set(message[kind]) == keys
    extra = {"errors"} if kind == "unsupported" else set()
    assert set(message) == {"id", "timestamp", "type", kind, *ANA, *extra}
    assert message | ANA == message


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ({"id": "sim", "title": "Sim"}, {"type": "button_reply", "button_reply": {"id": "sim", "title": "Sim"}}),
        (
            {"id": "f", "title": "Financeiro", "description": "Boletos", "list": True},
            {"type": "list_reply", "list_reply": {"id": "f", "title": "Financeiro", "description": "Boletos"}},
        ),
    ],
)
def test_a_tapped_button_says_which(simulator: Process, webhook: Webhook, reply: dict, answer: dict) -> None:
    message = told(simulator, webhook, reply=reply, context="wamid.1")
    assert message["interactive"] == answer
    assert message["context"] == {"from": "551140020001", "id": "wamid.1"}


def test_a_form_travels_as_json_in_json(simulator: Process, webhook: Webhook) -> None:
    reply = told(simulator, webhook, flow={"flow_token": "a", "dia": "ção"})["interactive"]["nfm_reply"]
    assert (reply["name"], json.loads(reply["response_json"])) == ("flow", {"flow_token": "a", "dia": "ção"})


def test_a_card_has_name_and_phone(simulator: Process, webhook: Webhook) -> None:
    (card,) = told(simulator, webhook, contacts=True)["contacts"]
    assert set(card) == {"name", "phones", "emails", "org"}


def test_a_shared_phone_says_that_it_was_asked_for(simulator: Process, webhook: Webhook) -> None:
    (card,) = told(simulator, webhook, "duda", own_card="5511987650004", context="wamid.1")["contacts"]
    assert (set(card), card["origin"]) == ({"origin", "vcard", "phones"}, "contact_request")
    assert card["phones"] == [{"phone": "+5511987650004", "wa_id": "5511987650004", "type": "CELL"}]


@pytest.mark.parametrize(
    ("values", "extra"),
    [
        ({"forwarded": True}, {"context": {"forwarded": True}}),
        ({"forwarded": "often"}, {"context": {"frequently_forwarded": True}}),
        ({"product": {"catalog_id": "1"}}, {"context": {"referred_product": {"catalog_id": "1"}}}),
        ({"referral": {"source_type": "ad"}}, {"referral": {"source_type": "ad"}}),
    ],
)
def test_marks_go_with_any_kind(simulator: Process, webhook: Webhook, values: dict, extra: dict) -> None:
    message = told(simulator, webhook, sticker="static", **values)
    assert {name: message[name] for name in extra} == extra


def test_a_quote_of_our_answer_and_of_their_own(simulator: Process, webhook: Webhook) -> None:
    own = do(simulator, text="Oi")
    answer = simulator.send(to="+5511987650001").json()["messages"][0]["id"]
    assert told(simulator, webhook, text="Sim", context="answer")["context"] == {"from": "551140020001", "id": answer}
    assert told(simulator, webhook, text="Digo", context=own)["context"] == {"from": "5511987650001", "id": own}


def test_nothing_to_point_at_is_refused(simulator: Process) -> None:
    values = {"reaction": "👍", "to": "answer"}
    answer = requests.post(f"{simulator.url}/control/customers/ana/messages", json=values, timeout=5)
    assert answer.status_code == 400


def test_an_edited_caption_keeps_the_picture(simulator: Process, webhook: Webhook) -> None:
    picture = told(simulator, webhook, image="Antes")
    edit = told(simulator, webhook, edit="Depois", of="own")["edit"]
    expected = {"context": {"id": "M0"}, "type": "image", "image": picture["image"] | {"caption": "Depois"}}
    assert edit == {"original_message_id": picture["id"], "message": expected}


@pytest.mark.parametrize(
    "values",
    [{"text": "oi"}, {"image": ""}, {"voice": True}, {"order": True}, {"unsupported": ""}, {"edit": "a", "of": "w"}],
)
def test_somebody_with_only_a_username_shows_no_phone_in_any_kind(
    simulator: Process, webhook: Webhook, values: dict
) -> None:
    message = told(simulator, webhook, "duda", **values)
    (value,) = [one for delivery in webhook.deliveries for one in delivery.values if message in one.get("messages", [])]
    assert "from" not in message
    assert [set(contact) for contact in value["contacts"]] == [{"profile", "user_id"}]
    assert value["contacts"][0]["user_id"] == message["from_user_id"]


@pytest.mark.parametrize(
    ("values", "kind", "mime_type", "begins"),
    [
        ({"image": "a"}, "image", "image/jpeg", b"\xff\xd8\xff"),
        ({"screenshot": "a"}, "image", "image/png", b"\x89PNG\r\n"),
        ({"voice": True}, "audio", "audio/ogg; codecs=opus", b"OggS"),
        ({"audio": True}, "audio", "audio/mpeg", b"\xff"),
        ({"video": True}, "video", "video/mp4", b"\x00\x00\x00"),
        ({"document": True}, "document", "application/pdf", b"%PDF-"),
        ({"sticker": "static"}, "sticker", "image/webp", b"RIFF"),
        ({"sticker": "animated"}, "sticker", "image/webp", b"RIFF"),
    ],
)
def test_files_are_what_they_say(
    simulator: Process, webhook: Webhook, values: dict, kind: str, mime_type: str, begins: bytes
) -> None:
    told_file = told(simulator, webhook, **values)[kind]
    address, content = fetched(simulator, told_file["id"])
    assert content.startswith(begins)
    assert told_file["mime_type"] == address["mime_type"] == mime_type
    assert told_file["sha256"] == base64.b64encode(hashlib.sha256(content).digest()).decode()
    direct = requests.get(told_file["url"], headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5)
    assert direct.content == content
    assert requests.get(told_file["url"], timeout=5).status_code == 401


def test_pictures_open_and_the_sticker_moves(simulator: Process, webhook: Webhook) -> None:
    frames = {}
    for form in ("static", "animated"):
        file = told(simulator, webhook, sticker=form)["sticker"]
        picture = Image.open(io.BytesIO(fetched(simulator, file["id"])[1]))
        frames[form] = getattr(picture, "n_frames", 1)
        assert (picture.size, file["animated"]) == ((512, 512), form == "animated")
    assert frames["static"] == 1 < frames["animated"]
    photo = told(simulator, webhook, image="Olha a costura")["image"]
    Image.open(io.BytesIO(fetched(simulator, photo["id"])[1])).verify()
