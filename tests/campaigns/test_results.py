"""What the pages tell: how far it is, what became of each, what it may cost; and the file one takes along."""

from __future__ import annotations

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from accounts.models import AuditLog
from campaigns import actions, selectors
from campaigns.dispatch import dispatch_due
from campaigns.models import Campaign, Price
from campaigns.prices import estimates
from campaigns.results import Result
from inbox.models import Message
from messaging.errors import meaning
from numbers.models import PhoneNumber
from tests.campaigns.conftest import people

pytestmark = pytest.mark.django_db
Status = Message.Status


@pytest.fixture
def told(running, supervisor) -> Campaign:
    """A stopped campaign with a recipient of every result but waiting, and two left out."""
    campaign = running(*people(7), "1;Curto;8", '"=cmd|calc";+Ana;-9')
    dispatch_due()
    statuses = (Status.QUEUED, Status.SENT, Status.DELIVERED, Status.READ, Status.FAILED, Status.UNKNOWN, Status.PLAYED)
    for message, status in zip(Message.objects.order_by("pk"), statuses, strict=True):
        code = 131026 if status == Status.FAILED else None
        Message.objects.filter(pk=message.pk).update(status=status, error_code=code)
    return campaign


def unreachable() -> str:
    with translation.override("pt-br"):
        return str(meaning(131026).text)


def test_every_recipient_has_one_result_and_the_pages_agree(told: Campaign, client, supervisor):
    counted = selectors.tally(told)
    assert counted.results == {
        "queued": 1, "sent": 1, "delivered": 1, "read": 2, "failed": 1, "unknown": 1, "skipped": 2,
    }  # fmt: skip
    assert (counted.total, counted.to_send, counted.left) == (9, 7, 6)
    client.force_login(supervisor)
    for result in Result:
        page = client.get(f"/campaigns/{told.pk}/?result={result}").content.decode()
        assert page.count('class="recipient"') == counted.results.get(result, 0), result
    assert unreachable() in client.get(f"/campaigns/{told.pk}/?result=failed").content.decode()
    assert client.get(f"/campaigns/{told.pk}/?result=nonsense&after=x").content.decode().count('class="recipient"') == 9


def test_a_page_that_shows_another_state_is_loaded_anew(told: Campaign, client, supervisor):
    client.force_login(supervisor)
    same = client.get(f"/campaigns/{told.pk}/progress/?state=RUNNING")
    assert (same.status_code, same.headers.get("HX-Refresh")) == (200, None)
    actions.stop_campaign(told, by=supervisor)
    other = client.get(f"/campaigns/{told.pk}/progress/?state=RUNNING")
    assert (other.status_code, other["HX-Refresh"]) == (204, "true")


def test_recipients_come_page_by_page(draft, client, supervisor, monkeypatch):
    monkeypatch.setattr(selectors, "ROWS", 4)
    campaign = actions.start_campaign(draft(*people(9)), by=supervisor)
    client.force_login(supervisor)
    seen, after = 0, ""
    for expected in (4, 4, 1):
        page = client.get(f"/campaigns/{campaign.pk}/?after={after}", headers={"HX-Request": "true"}).content.decode()
        assert page.count('class="recipient"') == expected
        seen += expected
        after = str(1 + seen)
    assert "after=" not in page


def test_the_file_has_every_line_and_no_formula(told: Campaign, client, supervisor):
    client.force_login(supervisor)
    answer = client.post(f"/campaigns/{told.pk}/export/", {"result": ""})
    rows = list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Linha", "telefone", "nome", "pedido", "Resultado", "Motivo", "Quando"]
    assert [int(row[0]) for row in rows[1:]] == list(range(2, 11))
    assert rows[9][1:6] == ["'=cmd|calc", "'+Ana", "'-9", "De fora", "Não é um telefone"]
    assert rows[5][4:6] == ["Falhou", unreachable()]
    only = client.post(f"/campaigns/{told.pk}/export/", {"result": "skipped"}).getvalue().decode()
    assert only.count("\n") == 3
    told_of = AuditLog.objects.filter(action="campaign.exported").order_by("pk")
    assert [(entry.actor, entry.particulars) for entry in told_of] == [
        (supervisor, {"filter": {}}),
        (supervisor, {"filter": {"result": "skipped"}}),
    ]


def price(code: str, amount: str, *, days: int, category: str = "MARKETING", currency: str = "USD") -> None:
    day = timezone.localdate() + timedelta(days=days)
    dated = {"valid_from": day, "source": f"table of {amount}"}
    Price.objects.create(calling_code=code, category=category, currency=currency, amount=amount, **dated)


def test_the_cost_is_an_estimate_by_the_prices_of_today_or_unknown(draft, client, supervisor):
    campaign = draft(*people(3), "+1 415 555 0100;Fora;4", "BR.sem1;Sem;5", "x;Sem;6")
    client.force_login(supervisor)
    check = f"/campaigns/{campaign.pk}/check/"
    assert "Não há preço conhecido" in client.get(check).content.decode()
    price("55", "9", days=-40, category="UTILITY")
    assert estimates(campaign, waiting=5) == []
    price("55", "0.5", days=-400)
    price("55", "0.25", days=-30)
    price("55", "7", days=1)
    price("5", "3", days=-1)
    price("7", "3", days=-1)
    price("1", "2", days=-10, currency="BRL")
    real, dollar = estimates(campaign, waiting=5)
    assert (dollar.currency, dollar.amount, dollar.priced, dollar.unpriced) == ("USD", Decimal("0.75"), 3, 2)
    assert (dollar.source, dollar.valid_from) == ("table of 0.25", timezone.localdate() - timedelta(days=30))
    assert (real.currency, real.amount, real.priced) == ("BRL", 2, 1)
    page = client.get(check).content.decode()
    assert "USD 0,75" in page and "estimativa" in page
    assert "Para outras 2 não há preço conhecido" in page


def test_a_price_table_is_taken_whole_or_not_at_all(tmp_path: Path):
    table, head = tmp_path / "prices.csv", "calling_code,category,currency,amount,valid_from,source\n"
    table.write_text(head + "55,marketing,usd,0.5,2026-07-01,A\n+55,UTILITY,USD,0.1,2026-10-01,B\n")
    call_command("import_prices", table, stdout=StringIO())
    table.write_text(head + "55,MARKETING,USD,0.6,2026-07-01,C\n")
    call_command("import_prices", table, stdout=StringIO())
    assert set(Price.objects.values_list("category", "amount", "source")) == {
        ("MARKETING", Decimal("0.6"), "C"),
        ("UTILITY", Decimal("0.1"), "B"),
    }
    for bad in (
        "x,MARKETING,USD,1,2026-01-01,D",
        "55,M,USD,-1,2026-01-01,D",
        "55,M,USD,1,soon,D",
        "55,M,USD,1,2026-01-01,",
    ):
        table.write_text(head + "351,MARKETING,EUR,1,2026-01-01,D\n" + bad + "\n")
        with pytest.raises(CommandError, match="line 3"):
            call_command("import_prices", table)
    table.write_text("code,price\n55,1\n")
    with pytest.raises(CommandError, match="header"):
        call_command("import_prices", table)
    assert Price.objects.count() == 2


@pytest.mark.parametrize(
    ("limit", "warns"),
    [("TIER_250", False), ("TIER_2", True), ("TIER_2K", False), ("TIER_UNLIMITED", False), ("", False)],
)
def test_the_check_warns_of_a_list_beyond_the_messaging_limit(draft, client, supervisor, limit, warns):
    PhoneNumber.objects.update(limit=limit)
    client.force_login(supervisor)
    page = client.get(f"/campaigns/{draft(*people(3)).pk}/check/").content.decode()
    assert ("Esta lista é maior" in page) is warns


def test_the_pages_ask_as_often_for_many_as_for_few(told, running, client, supervisor, django_assert_max_num_queries):
    client.force_login(supervisor)
    for since in range(10, 20):
        running(*people(1, since=since))
    client.get("/campaigns/")
    for path, budget in (("", 7), (f"{told.pk}/", 10), (f"{told.pk}/progress/", 7)):
        with django_assert_max_num_queries(budget):
            assert client.get(f"/campaigns/{path}").status_code == 200
