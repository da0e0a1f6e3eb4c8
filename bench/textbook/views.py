import hashlib
import hmac
import json
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpResponse, JsonResponse

from bench.textbook.models import Contact, Conversation, Message, Receipt

RANK = {"sent": 1, "delivered": 2, "read": 3}


def webhook(request):
    """Check the signature, apply what the body says, answer: at most 9 statements for one notification."""
    ours = hmac.new(settings.WHATSAPP_APP_SECRET.encode(), request.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"sha256={ours}", request.headers.get("X-Hub-Signature-256", "")):
        return HttpResponse(status=401)
    with transaction.atomic():
        for entry in json.loads(request.body)["entry"]:
            for change in entry["changes"]:
                apply(change["value"])
    answer = JsonResponse({"stored": True})
    answer["Content-Length"] = len(answer.content)
    return answer


def apply(value):
    names = {contact["wa_id"]: contact["profile"]["name"] for contact in value.get("contacts", [])}
    for message in value.get("messages", []):
        receive(value["metadata"]["phone_number_id"], message, names)
    for status in value.get("statuses", []):
        update_status(status)


def receive(number, message, names):
    at = datetime.fromtimestamp(int(message["timestamp"]), UTC)
    phone = message["from"]
    contact, _ = Contact.objects.get_or_create(phone=phone, defaults={"name": names.get(phone, "")})
    conversation, _ = Conversation.objects.get_or_create(contact=contact, number=number)
    _, created = Message.objects.get_or_create(
        wamid=message["id"],
        defaults={
            "conversation": conversation,
            "direction": "INBOUND",
            "text": message.get("text", {}).get("body", ""),
            "sent_at": at,
        },
    )
    if created:
        Conversation.objects.filter(pk=conversation.pk).update(last_message_at=at, unread_count=F("unread_count") + 1)


def update_status(status):
    rank, at = RANK[status["status"]], datetime.fromtimestamp(int(status["timestamp"]), UTC)
    message = Message.objects.filter(wamid=status["id"]).first()
    if message is None:
        return
    Receipt.objects.get_or_create(message=message, status=rank, defaults={"at": at})
    if message.status < rank:
        message.status = rank
        message.save(update_fields=["status"])
