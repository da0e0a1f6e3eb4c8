"""A list becomes recipients, and the check says of each line what will happen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns import actions, selectors
from campaigns.models import Campaign, Recipient
from campaigns.refusals import NobodyTalked, NotADraft
from contacts.models import Contact
from tests.campaigns.conftest import MAPPING, PHONES, people, sheet, states

pytestmark = pytest.mark.django_db


def test_the_steps_of_a_draft(client: Client, number, template, supervisor):
    client.force_login(supervisor)
    made = client.post("/campaigns/new/", {"name": "Pedidos", "number": number.pk, "template": template.pk})
    campaign = Campaign.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"/campaigns/{campaign.pk}/list/")
    listed = client.post(made["Location"], {"file": sheet("(11) 98765-0001;Ana;77", "1;Bia;78", "x")})
    assert listed["Location"] == f"/campaigns/{campaign.pk}/columns/"
    page = client.get(listed["Location"]).content.decode()
    assert "Olá Ana, seu pedido 77 chegou." in page, "the columns are guessed by their names and places"
    chosen = {
        "address": "column:telefone",
        "source-body.1": "=",
        "text-body.1": "cliente",
        "source-body.2": "column:nome",
    }
    preview = client.get(f"/campaigns/{campaign.pk}/columns/preview/", chosen).content.decode()
    assert "Olá cliente, seu pedido Ana chegou." in preview
    assert Campaign.objects.get().mapping == {}
    checked = client.post(listed["Location"], chosen)
    assert checked["Location"] == f"/campaigns/{campaign.pk}/check/"
    page = client.get(checked["Location"]).content.decode()
    assert "linha 3" in page and "linha 4" in page
    assert states(campaign) == ["WAITING", "NOT_A_PHONE", "BROKEN"]
    started = client.post(f"/campaigns/{campaign.pk}/start/", {"at": ""})
    assert started.status_code == 302
    assert Campaign.objects.get().state == Campaign.State.RUNNING
    assert client.post(listed["Location"], chosen, follow=True).status_code == 200
    assert Campaign.objects.get().mapping["values"]["body.1"] == {"text": "cliente"}, "what has begun stays as it is"


def test_each_person_is_once_in_the_list_however_the_phone_is_written(draft):
    campaign = draft(
        "+55 11 98765-0001;Ana;1",
        "11987650001;Ana de novo;2",
        "551187650001;sem o nono dígito;3",
        "+55 (11) 8765-0001;sem o nono dígito;4",
        "+1 415 555 0100;fora do Brasil;5",
    )
    assert states(campaign) == ["WAITING", "DUPLICATE", "DUPLICATE", "DUPLICATE", "WAITING"]


def test_every_line_says_why_it_is_left_out(draft, customer_writes):
    refuses = customer_writes(phone="5511987650009").conversation.contact
    Contact.objects.filter(pk=refuses.pk).update(marketing_refused_at=timezone.now())
    campaign = draft(
        ";Ana;1", "12;Bia;2", "11987650009;Caio;3", "11987650002; ;4", "11987650003;Dora",
        f"11987650004;{'x' * 1025};6",
        "11987650005;Eva;7", "11987650002;Bia;8",
    )  # fmt: skip
    assert states(campaign) == [
        "NO_ADDRESS", "NOT_A_PHONE", "OPTED_OUT", "NO_VALUE", "BROKEN", "BAD_VALUE", "WAITING", "WAITING",
    ]  # fmt: skip
    counted = selectors.tally(campaign)
    assert (counted.total, counted.waiting, counted.skipped) == (8, 2, 6)


def test_a_utility_template_reaches_who_refused_marketing(draft, customer_writes, template):
    refuses = customer_writes(phone="5511987650009").conversation.contact
    Contact.objects.filter(pk=refuses.pk).update(marketing_refused_at=timezone.now())
    template.category = "UTILITY"
    template.save()
    assert states(draft("11987650009;Caio;3")) == ["WAITING"]


def test_another_mapping_decides_anew(draft, supervisor):
    campaign = draft("11987650001;11987650002;1", "11987650002;11987650001;2", "11987650003;;3")
    assert states(campaign) == ["WAITING", "WAITING", "NO_VALUE"]
    actions.map_columns(campaign, MAPPING | {"address": "nome"}, by=supervisor)
    assert states(campaign) == ["WAITING", "WAITING", "NO_ADDRESS"]
    assert list(Recipient.objects.order_by("line").values_list("address", flat=True)[:2]) == [
        "5511987650002",
        "5511987650001",
    ]


def test_those_who_wrote_in_some_days_are_a_list(draft, customer_writes, number, other_team, supervisor):
    ana = customer_writes(phone="5511987650001", name="Ana").conversation
    customer_writes(phone="5511987650002", name="Bia", ago=20 * 24 * 3600)
    hidden = customer_writes(phone="5511987650003", name="Caio").conversation
    hidden.team = other_team
    hidden.save()
    campaign = draft(*people(1))
    today = timezone.localdate()
    actions.list_contacts(campaign, since=today - timedelta(days=2), until=today, by=supervisor)
    assert [r.cells for r in campaign.recipients.all()] == [["Ana", "+5511987650001"]], ana
    actions.list_contacts(campaign, since=today - timedelta(days=30), until=today, by=supervisor)
    assert {r.cells[0] for r in campaign.recipients.all()} == {"Ana", "Bia"}
    with pytest.raises(NobodyTalked):
        actions.list_contacts(campaign, since=today + timedelta(days=1), until=today + timedelta(days=2), by=supervisor)
    assert campaign.recipients.count() == 2, "a refused list changes nothing"


def test_what_has_begun_takes_no_other_list(running, supervisor):
    campaign = running(*people(1))
    with pytest.raises(NotADraft):
        actions.list_sheet(campaign, sheet(*people(2)), name="x.csv")
    with pytest.raises(NotADraft):
        actions.discard_campaign(campaign, by=supervisor)


def test_a_long_list_is_checked_in_a_fixed_number_of_statements(draft, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        campaign = draft(*[f"+5511{910000000 + n};Pessoa;{n}" for n in range(4000)])
    assert selectors.tally(campaign).waiting == 4000
    assert PHONES
