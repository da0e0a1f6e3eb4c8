"""Numbers, templates and media of the account, and the page."""

import hashlib

import requests

from simulator.first_templates import FIRST_TEMPLATES
from tests.simulator.harness import NUMBER, TOKEN, WABA, Process, Webhook, wait_for

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def test_it_lists_both_numbers(simulator: Process) -> None:
    data = simulator.graph("GET", f"/{WABA}/phone_numbers").json()["data"]
    assert [one["verified_name"] for one in data] == ["Loja Aurora", "Loja Aurora BH"]
    assert {one["quality_rating"] for one in data} == {"GREEN"}


def test_fields_choose_what_comes(simulator: Process) -> None:
    one = simulator.graph("GET", f"/{NUMBER}?fields=display_phone_number,health_status").json()
    assert set(one) == {"id", "display_phone_number", "health_status"}
    assert one["health_status"]["can_send_message"] == "AVAILABLE"


def addresses(simulator: Process) -> dict[str, str]:
    return simulator.graph("GET", f"/{NUMBER}?fields=webhook_configuration").json()["webhook_configuration"]


def test_the_app_can_be_detached_and_attached(simulator: Process) -> None:
    simulator.control("PUT", "/callbacks", {"verify": False})
    path = f"/{WABA}/subscribed_apps"
    assert len(simulator.graph("GET", path).json()["data"]) == 1
    assert simulator.graph("DELETE", path).json() == {"success": True}
    assert simulator.graph("GET", path).json()["data"] == []
    simulator.graph("POST", path, json={"override_callback_uri": "https://a.example/hook", "verify_token": "v"})
    (app,) = simulator.graph("GET", path).json()["data"]
    assert app["override_callback_uri"] == "https://a.example/hook"
    assert addresses(simulator)["whatsapp_business_account"] == "https://a.example/hook"
    simulator.graph("POST", path)
    assert addresses(simulator).keys() == {"application"}, "a bare POST removes the address"


def test_a_number_has_an_address_of_its_own_until_it_is_emptied(simulator: Process) -> None:
    simulator.control("PUT", "/callbacks", {"verify": False})
    for address in ("https://b.example/hook", ""):
        wanted = {"webhook_configuration": {"override_callback_uri": address, "verify_token": "v"}}
        assert simulator.graph("POST", f"/{NUMBER}", json=wanted).json() == {"success": True}
        assert addresses(simulator).get("phone_number", "") == address
    assert simulator.graph("POST", f"/{NUMBER}", json={"pin": "123456"}).status_code == 400


def test_graph_tells_what_it_is_told_to_until_the_reset(simulator: Process) -> None:
    simulator.control("PUT", f"/numbers/{NUMBER}", {"quality_rating": "RED", "status": "FLAGGED"})
    path = f"/{NUMBER}?fields=quality_rating,status,name_status"
    one = simulator.graph("GET", path).json()
    assert (one["quality_rating"], one["status"], one["name_status"]) == ("RED", "FLAGGED", "APPROVED")
    simulator.control("POST", "/reset")
    assert simulator.graph("GET", path).json()["quality_rating"] == "GREEN"


def test_templates_come_in_pages(simulator: Process) -> None:
    names, path = [], f"{simulator.url}/v25.0/{WABA}/message_templates?limit=3&fields=name"
    while path:
        page = requests.get(path, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5).json()
        names += [one["name"] for one in page["data"]]
        path = page["paging"].get("next")
    assert sorted(names) == sorted(one["name"] for one in FIRST_TEMPLATES)


def test_a_template_is_created_and_deleted(simulator: Process) -> None:
    values: dict = {"name": "teste_novo", "language": "pt_BR", "category": "UTILITY"}
    values |= {"components": [{"type": "BODY", "text": "Olá"}]}
    created = simulator.graph("POST", f"/{WABA}/message_templates", json=values).json()
    assert created["status"] == "PENDING"
    assert simulator.graph("DELETE", f"/{WABA}/message_templates?name=teste_novo").json() == {"success": True}
    listed = simulator.graph("GET", f"/{WABA}/message_templates?name=teste_novo").json()
    assert listed["data"] == []


def test_a_cursor_of_before_a_change_is_refused(simulator: Process) -> None:
    page = simulator.graph("GET", f"/{WABA}/message_templates?limit=3").json()
    assert simulator.graph("DELETE", f"/{WABA}/message_templates?name=hello_world").ok
    after = page["paging"]["cursors"]["after"]
    refused = simulator.graph("GET", f"/{WABA}/message_templates?limit=3&after={after}").json()
    assert refused["error"]["code"] == 131059


def test_the_review_refuses_sales_talk_in_a_service(simulator: Process, webhook: Webhook) -> None:
    values: dict = {"name": "aviso", "language": "pt_BR", "category": "UTILITY"}
    values |= {"components": [{"type": "BODY", "text": "Cupom grátis para todos."}]}
    created = simulator.graph("POST", f"/{WABA}/message_templates", json=values).json()
    told = wait_for(lambda: [v for one in webhook.deliveries for v in one.values if "event" in v])
    assert (told[0]["event"], told[0]["reason"]) == ("REJECTED", "TAG_CONTENT_MISMATCH")
    edited = {"components": [{"type": "BODY", "text": "Seu pedido saiu."}]}
    assert simulator.graph("POST", f"/{created['id']}", json=edited).json() == {"success": True}
    assert simulator.graph("GET", f"/{created['id']}").json()["status"] == "PENDING"


def test_a_sample_goes_up_in_two_steps(simulator: Process) -> None:
    query = f"file_name=a.png&file_length={len(PNG)}&file_type=image/png"
    session = simulator.graph("POST", f"/670000000000001/uploads?{query}").json()["id"]
    headers = {"Authorization": f"OAuth {TOKEN}", "file_offset": "0"}
    address = f"{simulator.url}/v25.0/{session}"
    assert requests.post(address, data=PNG, headers=headers, timeout=5).json()["h"].startswith("4::")
    assert requests.post(address, data=PNG, headers=headers, timeout=5).status_code == 400


def test_media_goes_up_and_comes_down(simulator: Process) -> None:
    files = {"file": ("foto.png", PNG, "image/png")}
    fields = {"messaging_product": "whatsapp", "type": "image/png"}
    media_id = simulator.graph("POST", f"/{NUMBER}/media", files=files, data=fields).json()["id"]
    address = simulator.graph("GET", f"/{media_id}?phone_number_id={NUMBER}").json()
    assert address["sha256"] == hashlib.sha256(PNG).hexdigest()
    assert requests.get(address["url"], timeout=5).status_code == 401
    content = requests.get(address["url"], headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5)
    assert (content.content, content.headers["content-type"]) == (PNG, "image/png")
    assert simulator.send(type="image", image={"id": media_id}).status_code == 200
    assert simulator.graph("DELETE", f"/{media_id}").json() == {"success": True}
    assert simulator.graph("GET", f"/{media_id}").status_code == 400


def test_a_customers_photo_can_be_downloaded(simulator: Process, webhook: Webhook) -> None:
    values = {"image": "Olha só", "phone_number_id": NUMBER}
    wamid = simulator.control("POST", "/customers/ana/messages", values)["id"]
    (message,) = wait_for(lambda: webhook.messages(wamid))
    address = simulator.graph("GET", f"/{message['image']['id']}").json()
    content = requests.get(address["url"], headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5).content
    assert content.startswith(b"\xff\xd8\xff")


def test_an_account_of_somebody_else_does_not_exist(simulator: Process) -> None:
    answer = simulator.graph("GET", "/1/message_templates")
    assert answer.json()["error"]["error_subcode"] == 33


def test_the_page_has_a_strict_policy(simulator: Process) -> None:
    answer = requests.get(simulator.url, timeout=5)
    assert answer.ok
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
