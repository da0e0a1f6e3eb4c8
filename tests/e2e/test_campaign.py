"""A supervisor sends a template to a list, sees what would happen before, and follows it to the end."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.chaos.stack import Stack, wait_for
from tests.e2e.conftest import NewTab

SUPERVISOR = "supervisor@demo.prosa"
TEMPLATE = "novidades_da_semana"


def lines(count: int) -> str:
    good = "\n".join(f"(11) 9{7000_0000 + n};Cliente {n}" for n in range(count))
    return f"telefone;nome\n{good}\n11 97000-0000;De novo\n123;Curto\n11970000999\n"


def template_is_there(stack: Stack) -> bool:
    return bool(stack.query("SELECT 1 FROM messaging_template WHERE name = %s AND status = 'APPROVED'", TEMPLATE))


def test_a_campaign_goes_from_a_file_to_the_last_receipt(new_tab: NewTab, stack: Stack, tmp_path: Path):
    wait_for(lambda: template_is_there(stack), "the catalogue was read")
    file = tmp_path / "clientes.csv"
    file.write_text(lines(30), encoding="cp1252")
    page = new_tab(SUPERVISOR)
    page.goto(f"{stack.url}/campaigns/")
    page.get_by_role("link", name="Nova campanha").click()
    page.get_by_label("Nome", exact=True).fill("Coleção nova")
    page.get_by_label("Número", exact=True).select_option(index=1)
    expect(page.get_by_label("Modelo", exact=True)).to_be_visible()
    page.get_by_label("Modelo", exact=True).select_option(label=f"{TEMPLATE} (pt_BR)")
    page.get_by_role("button", name="Continuar").click()
    page.get_by_label("Arquivo CSV").set_input_files(file)
    page.get_by_role("button", name="Usar este arquivo").click()
    previews = page.locator("#previews")
    expect(previews).to_contain_text("Oi, Cliente 0!")
    page.locator("[name='source-body.1']").select_option(label="Igual para todos")
    page.locator("[name='text-body.1']").fill("freguês")
    expect(previews).to_contain_text("Oi, freguês!")
    page.locator("[name='source-body.1']").select_option(label="nome")
    expect(previews).to_contain_text("Oi, Cliente 1!")
    page.get_by_role("button", name="Conferir a lista").click()
    for count, why in ((1, "Já está na lista"), (1, "Não é um telefone"), (1, "A linha tem mais ou menos células")):
        expect(page.locator(".reasons")).to_contain_text(re.compile(rf"{count}\s+{why}"))
    page.get_by_text("Linha por linha").click()
    expect(page.locator(".troubles")).to_contain_text("linha 34")
    page.get_by_role("button", name="Enviar a campanha").click()
    expect(page.locator("#progress")).to_contain_text("30 de 30 enviadas")
    expect(page.locator("#progress")).to_contain_text("Concluída")
    expect(page.locator(".recipient").first).not_to_contain_text("Esperando")
    expect(page.locator("#progress .results-nav")).to_contain_text(re.compile(r"Lida\s*30"))
    page.locator("#progress .results-nav").get_by_role("link", name=re.compile("De fora")).click()
    expect(page.locator(".recipient")).to_have_count(3)
    with page.expect_download() as download:
        page.get_by_role("button", name="Baixar em CSV").click()
    table = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert table[0] == "Linha;telefone;nome;Resultado;Motivo;Quando"
    assert len(table) == 4
    assert len(set(stack.oracle.accepted())) == 30
