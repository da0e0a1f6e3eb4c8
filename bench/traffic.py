"""What Meta posts during an outgoing campaign: three statuses for each answer, one notification a POST."""

import hmac
import time

PEOPLE = 10_000
NUMBERS = 4
MESSAGES_BETWEEN = {"sent": 0, "delivered": 1000, "read": 4000}
"""How many messages later each status comes: never all of one message in one breath."""
STATUSES = list(MESSAGES_BETWEEN.items())
LEAD = max(MESSAGES_BETWEEN.values())
WABA = "102938475610001"


def number_id(person: int) -> str:
    """Return the phone_number_id that talks with a person (0, 1, ...)."""
    return f"10555987456{person % NUMBERS:04d}"


def phone(person: int) -> str:
    """Return the wa_id of a person."""
    return f"55119{person:08d}"


def bsuid(person: int) -> str:
    """Return the business-scoped user id of a person."""
    return f"BR.1{person:018d}"


def sent_wamid(message: int) -> str:
    """Return the id of the campaign's message (0, 1, ...), as Graph gave it when it was sent."""
    return f"wamid.HBgNNTUxMTk5OTk5OTk5ORUCABEYE{message:020d}AA=="


def received_wamid(message: int) -> str:
    """Return the id of a message that a person sent."""
    return f"wamid.HBgNNTUxMTk5OTk5OTk5ORUCABIYF{message:020d}AA=="


def attempt(message: int) -> str:
    """Return the UUID that travelled as biz_opaque_callback_data with the campaign's message."""
    return f"be000000-0000-4000-8000-{message:012x}"


def notification(index: int) -> bytes:
    """Return the body of the campaign's notification (0, 1, ...): an answer, then three statuses."""
    message, kind = divmod(index, 4)
    if kind == 0:
        return answer(message)
    status, between = STATUSES[kind - 1]
    return _status(message + LEAD - between, status)


# Written as text: the generator shares the cores with what it measures.
def answer(message: int) -> bytes:
    """Return the body that tells of a message from a person."""
    person = message * 7919 % PEOPLE
    return _body(person, f'"contacts":[{_contact(person)}],"messages":[{_message(person, message)}]')


def large(first: int, updates: int = 1000, size: int = 3_000_000) -> bytes:
    """Return one body with so many messages, from `first` on, to one number: the most that Meta posts at once."""
    people = [number * NUMBERS % PEOPLE for number in range(updates)]
    head = '"contacts":[' + ",".join(map(_contact, people)) + '],"messages":['
    padding = "x" * max(0, (size - len(head) - updates * 320) // updates)
    items = (_message(person, first + number, padding) for number, person in enumerate(people))
    return _body(0, head + ",".join(items) + "]")


def _contact(person: int) -> str:
    return f'{{"profile":{{"name":"Ana {person}"}},"wa_id":"{phone(person)}","user_id":"{bsuid(person)}"}}'


def _message(person: int, message: int, padding: str = "") -> str:
    kind, content = KINDS[message % len(KINDS)]
    return (
        f'{{"from":"{phone(person)}","from_user_id":"{bsuid(person)}","id":"{received_wamid(message)}",'
        f'"timestamp":"{time.time():.0f}","type":"{kind}","{kind}":{content.replace("NNN", str(message))},'
        f'"padding":"{padding}"}}'
    )


HASH = "d20ibe2Bf9OeZFKMPqXTYz1u6xqFk6Bc9BtE17hAkKQ="
TEXT = ("text", '{"body":"Oi! Recebi a mensagem NNN e queria saber do meu pedido, por favor."}')
KINDS = (
    TEXT, TEXT, TEXT,
    ("image", f'{{"id":"77NNN","mime_type":"image/jpeg","sha256":"{HASH}","caption":"Veja a foto NNN"}}'),
    TEXT, TEXT,
    ("audio", f'{{"id":"78NNN","mime_type":"audio/ogg; codecs=opus","sha256":"{HASH}","voice":true}}'),
    TEXT,
    ("interactive", '{"type":"button_reply","button_reply":{"id":"sim","title":"Sim, quero"}}'),
    ("location", '{"latitude":-23.55,"longitude":-46.63,"name":"Loja Centro"}'),
)  # fmt: skip
"""What people answer with: six texts in ten."""


def _status(message: int, status: str) -> bytes:
    person = message % PEOPLE
    return _body(
        person,
        f'"statuses":[{{"id":"{sent_wamid(message)}","status":"{status}","timestamp":"{time.time():.0f}",'
        f'"recipient_id":"{phone(person)}","recipient_user_id":"{bsuid(person)}",'
        f'"biz_opaque_callback_data":"{attempt(message)}"{"" if status == "read" else PRICING}}}]',
    )


PRICING = ',"pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"marketing"}'


def _body(person: int, items: str) -> bytes:
    return (
        f'{{"object":"whatsapp_business_account","entry":[{{"id":"{WABA}","changes":[{{"value":'
        f'{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"551140020001",'
        f'"phone_number_id":"{number_id(person)}"}},{items}}},"field":"messages"}}]}}]}}'
    ).encode()


def request(body: bytes, secret: bytes) -> bytes:
    """Return the POST as it goes over the wire, signed as Meta signs."""
    signature = hmac.digest(secret, body, "sha256").hex()
    head = (
        "POST /webhook/whatsapp HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: facebookexternalua\r\n"
        "Accept: */*\r\nContent-Type: application/json\r\n"
        f"X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
