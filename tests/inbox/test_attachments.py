"""Files from Meta, through the simulated one over HTTP: what is kept, what is shown, and what is never fetched."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import AuditLog, User
from inbox import actions, attachments, broadcasts, storing
from inbox.actions.attachments import retry_attachment
from inbox.attachments import Crew
from inbox.models import Attachment, Conversation, Message
from lib import graph
from messaging.media import AUDIO, IMAGES, RUN_BY_A_CLICK, VIDEO
from numbers.models import PhoneNumber
from tests.inbox import corpus
from tests.inbox.conftest import Meta
from tests.simulator.harness import NUMBER, OTHER_NUMBER, TOKEN

SAFE_INLINE = {*IMAGES, *AUDIO, *VIDEO}
PHOTOGRAPH = corpus.picture("JPEG")
_wamids = itertools.count(1)


@pytest.fixture
def media_root(settings, tmp_path: Path) -> Path:
    """The disk where this test's files are kept."""
    settings.MEDIA_ROOT, settings.MEDIA_ACCEL = str(tmp_path), ""
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    options = {"location": str(tmp_path), "allow_overwrite": True}
    settings.STORAGES = settings.STORAGES | {"default": disk | {"OPTIONS": options}}
    return tmp_path


Sends = Callable[..., Attachment]


@pytest.fixture
def sends(meta: Meta, media_root: Path, conversation: Conversation) -> Sends:
    """Let the customer send a file: `sends(content, status=500)` returns what waits to be fetched."""

    def sends(
        content: bytes = PHOTOGRAPH, claimed: str = "image/jpeg", filename: str = "", /, **fault: object
    ) -> Attachment:
        values = {"content_base64": base64.b64encode(content).decode(), "mime_type": claimed}
        kept = meta.process.control("POST", "/media", values | {"phone_number_id": NUMBER})
        if isinstance(fault.get("content"), bytes):
            fault["content_base64"] = base64.b64encode(fault.pop("content")).decode()  # type: ignore[arg-type]
        if fault:
            meta.process.control("PUT", f"/media/{kept['id']}/fault", fault)
        return waits(conversation, kept["id"], claimed, hashlib.sha256(content).hexdigest(), filename)

    return sends


def waits(conversation: Conversation, media_id: str, claimed: str, sha256: str, filename: str) -> Attachment:
    """The rows that ingest makes of a message with a file."""
    now = timezone.now()
    message = Message.objects.create(
        conversation=conversation, number=conversation.number, direction=Message.Direction.INBOUND,
        kind="document", wamid=f"wamid.file.{next(_wamids)}", sent_at=now,
    )  # fmt: skip
    return Attachment.objects.create(
        message=message, media_id=media_id, claimed_type=claimed, claimed_sha256=sha256, filename=filename,
        due_at=now, expires_at=now + timedelta(days=7),
    )  # fmt: skip


def fetch(*, rounds: int = 1) -> None:
    """Do what a worker of the media lane does, and the same again after each pause."""
    crew = Crew()
    for _ in range(rounds):
        Attachment.objects.filter(state="WAITING").update(due_at=timezone.now())
        crew.run()


def fresh(attachment: Attachment) -> Attachment:
    return Attachment.objects.select_related("message").get(pk=attachment.pk)


def stored(root: Path) -> set[str]:
    """Every file on the disk."""
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def served(client: Client, attachment: Attachment) -> tuple[str, bool, bytes]:
    """Type, whether it may be shown, and the bytes; whatever it is, it can do nothing."""
    answer = client.get(f"/attachments/{attachment.pk}/")
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    kind, shown = answer["Content-Type"], answer["Content-Disposition"].startswith("inline")
    assert kind in SAFE_INLINE or not shown
    return kind, shown, b"".join(answer.streaming_content)


# --- It works ----------------------------------------------------------------------------------------


def test_a_photograph_comes(sends: Sends, media_root: Path, owner: User, signed_in, meta: Meta):
    attachment = sends()
    fetch()
    kept = fresh(attachment)
    assert (kept.state, kept.content_type, kept.problem, kept.due_at) == ("READY", "image/jpeg", "", None)
    assert (kept.size, kept.sha256) == (len(PHOTOGRAPH), hashlib.sha256(PHOTOGRAPH).hexdigest())
    assert (kept.thumbnail_width, kept.thumbnail_height) == (480, 320)
    name = f"attachments/{kept.key.hex[:2]}/{kept.key.hex}"
    assert stored(media_root) == {name, f"{name}.thumb"}
    assert served(signed_in(owner), kept) == ("image/jpeg", True, PHOTOGRAPH)
    (asked,) = meta.process.calls(kind="media.read")[:1]
    assert asked["path"] == f"/v25.0/{attachment.media_id}"


def test_a_file_comes_all_the_way_from_a_customers_telephone(meta: Meta, media_root: Path, number: PhoneNumber):
    values = {"content_base64": base64.b64encode(PHOTOGRAPH).decode(), "mime_type": "image/jpeg"}
    image = meta.process.control("POST", "/media", values | {"phone_number_id": NUMBER})
    customer = meta.process.control("GET", "/customers")["data"][0]["id"]
    raw = {"raw": {"type": "image", "image": image}, "phone_number_id": NUMBER}
    meta.process.control("POST", f"/customers/{customer}/messages", raw)
    meta.tells_until(Attachment.objects.exists)
    fetch()
    kept = Attachment.objects.get()
    assert (kept.state, kept.is_image, kept.claimed_sha256) == ("READY", True, kept.sha256)


def test_the_message_is_shown_anew_and_a_page_that_slept_learns_of_it(sends: Sends, monkeypatch):
    attachment, told = sends(), []
    before = fresh(attachment).message.changed_in
    monkeypatch.setattr(broadcasts, "messages_changed", lambda messages: told.extend(messages))
    fetch()
    assert told == [(attachment.message_id, attachment.message.conversation_id)]
    assert fresh(attachment).message.changed_in > before


def test_a_thumbnail_tells_nothing_of_where_it_was_taken(sends: Sends):
    attachment = sends(corpus.located())
    fetch()
    kept = fresh(attachment)
    with default_storage.open(kept.thumbnail_name) as file:
        raw = file.read()
    small = Image.open(io.BytesIO(raw))
    assert small.size == (320, 480) == (kept.thumbnail_width, kept.thumbnail_height), "turned as EXIF said"
    assert not small.getexif() and not {"exif", "xmp", "icc_profile"} & small.info.keys()
    assert b"GPS" not in raw and b"Fabricante" not in raw


# --- The corpus --------------------------------------------------------------------------------------


def test_there_are_files_enough():
    assert len(corpus.FILES) >= 80


def test_every_file_of_the_corpus_is_what_it_is_and_does_nothing(sends: Sends, owner: User, signed_in):
    sent = {name: sends(file.content, file.claimed, file.filename) for name, file in corpus.FILES.items()}
    fetch()
    client = signed_in(owner)
    found, expected = {}, {}
    for name, file in corpus.FILES.items():
        kept = fresh(sent[name])
        assert kept.state == "READY", (name, kept.problem)
        kind, shown, content = served(client, kept)
        assert content == file.content, name
        found[name], expected[name] = (kind, shown), (file.found, file.shown)
        ending = kept.download_name.rpartition(".")[2].lower()
        assert ending not in RUN_BY_A_CLICK, (name, kept.download_name)
        assert client.get(f"/attachments/{kept.pk}/thumbnail/").status_code == (200 if kept.has_thumbnail else 404)
    assert found == expected


# --- What goes wrong on the way ----------------------------------------------------------------------

READY, UNREACHABLE, REFUSED = ("READY", ""), ("WAITING", "UNREACHABLE"), ("WAITING", "REFUSED")
CORRUPT, FORBIDDEN, TOO_LARGE = ("FAILED", "CORRUPT"), ("FAILED", "FORBIDDEN"), ("FAILED", "TOO_LARGE")
DIGEST = hashlib.sha256(PHOTOGRAPH).digest()
CUTS = {f"cut at {place}": {"cut_after": place} for place in random.Random(3).sample(range(len(PHOTOGRAPH)), 4)}

FAULTS: dict[str, tuple[dict[str, object], tuple[str, str]]] = {
    **{name: (fault, UNREACHABLE) for name, fault in CUTS.items()},
    "cut before the first byte": ({"cut_after": 0}, UNREACHABLE),
    "cut before the last byte": ({"cut_after": len(PHOTOGRAPH) - 1}, UNREACHABLE),
    "cut twice": ({"cut_after": 999, "times": 2}, READY),
    "slow": ({"pause_ms": 20}, READY),
    "an address that has expired": ({"address_seconds": -5}, REFUSED),
    "an address that had expired": ({"status": 404, "times": 1}, READY),
    "server errors": ({"status": 500}, REFUSED),
    "two server errors": ({"status": 503, "times": 2}, READY),
    "not allowed": ({"status": 401}, REFUSED),
    "too often": ({"status": 429, "times": 1}, READY),
    "gone": ({"gone": True}, REFUSED),
    "html with 200": ({"content": corpus.HTML}, CORRUPT),
    "html with 200, twice": ({"content": corpus.HTML, "times": 2}, READY),
    "as long, and other": ({"content": bytes(len(PHOTOGRAPH))}, CORRUPT),
    "half, and whole as HTTP": ({"content": PHOTOGRAPH[:5000]}, CORRUPT),
    "more than there was": ({"content": PHOTOGRAPH + b"x"}, CORRUPT),
    "nothing with 200": ({"content": b""}, CORRUPT),
    "another sum": ({"sha256": "0" * 64}, CORRUPT),
    "the sum in base64": ({"sha256": base64.b64encode(DIGEST).decode()}, READY),
    "the sum in capitals": ({"sha256": DIGEST.hex().upper()}, READY),
    "a sum that is none": ({"sha256": "?"}, READY),
    "another length": ({"file_size": 5}, CORRUPT),
    "a length that is too much": ({"file_size": 100_000_001}, TOO_LARGE),
    "more than it says, and too much": ({"content": bytes(1_100_000)}, TOO_LARGE),
    "no address": ({"address": ""}, REFUSED),
    **{
        f"a redirect to {place}": ({"redirect": place}, FORBIDDEN)
        for place in (
            "http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:{trap}/", "http://[::1]:{trap}/",
            "https://localhost:{trap}/", "http://metadata.google.internal/", "file:///etc/passwd", "/media/0",
            "https://lookaside.fbsbx.com/x",
        )
    },
    **{
        f"sent to {place}": ({"address": place}, FORBIDDEN)
        for place in (
            "http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:{trap}/", "https://127.0.0.1:{trap}/",
            "http://localhost:{trap}/", "http://[::ffff:127.0.0.1]:{trap}/", "http://2130706433:{trap}/",
            "http://0x7f.1:{trap}/", "http://lookaside.fbsbx.com@127.0.0.1:{trap}/", "file:///etc/passwd",
            "https://example.com/", "http://lookaside.fbsbx.com/x", "{graph}@127.0.0.1:{trap}/",
        )
    },
}  # fmt: skip


class Trap(threading.Thread):
    """A server on this machine that nobody is to speak to."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port, self.caught = self.server.getsockname()[1], 0

    def run(self) -> None:
        while True:
            try:
                self.server.accept()[0].close()
            except OSError:
                return
            self.caught += 1


@pytest.fixture
def trap() -> Iterator[Trap]:
    trap = Trap()
    trap.start()
    yield trap
    trap.server.shutdown(socket.SHUT_RDWR)
    trap.server.close()


def test_every_fault_ends_as_it_should(sends: Sends, meta: Meta, trap: Trap, media_root: Path, settings):
    settings.MEDIA_MAX_MB = 1

    def filled(fault: dict[str, object]) -> dict[str, object]:
        places = {"trap": trap.port, "graph": meta.process.url}
        return {name: value.format(**places) if isinstance(value, str) else value for name, value in fault.items()}

    sent = {name: sends(**filled(fault)) for name, (fault, _) in FAULTS.items()}
    fetch(rounds=3)
    ends = {name: (fresh(one).state, fresh(one).problem) for name, one in sent.items()}
    assert ends == {name: end for name, (_, end) in FAULTS.items()}
    assert trap.caught == 0, "nothing of this machine is fetched"
    whole = {fresh(one).storage_name for one in sent.values() if fresh(one).is_ready}
    assert stored(media_root) == whole | {f"{name}.thumb" for name in whole}, "nothing that is not whole is kept"


def test_what_waits_comes_after_a_growing_pause_and_not_after_meta_deleted_it(sends: Sends):
    attachment = sends(status=500)
    pauses = []
    for _ in range(7):
        fetch()
        pauses.append((fresh(attachment).due_at - timezone.now()).total_seconds())  # type: ignore[operator]
    expected = [5, 30, 120, 600, 3600, 3600, 3600]
    assert all(0.75 * seconds < pause < 1.25 * seconds for pause, seconds in zip(pauses, expected, strict=True))
    Attachment.objects.update(expires_at=timezone.now() + timedelta(minutes=10))
    fetch()
    waiting = fresh(attachment)
    assert waiting.due_at == waiting.expires_at, "one last try"
    Attachment.objects.update(expires_at=timezone.now())
    fetch()
    assert (fresh(attachment).state, fresh(attachment).due_at) == ("EXPIRED", None)


def test_what_nobody_tried_is_tried_though_it_is_late(sends: Sends):
    attachment = sends()
    Attachment.objects.update(expires_at=timezone.now() - timedelta(days=1))
    fetch()
    assert fresh(attachment).is_ready


def test_an_address_that_died_is_asked_for_again(sends: Sends, meta: Meta):
    attachment = sends(address_seconds=-5)
    fetch()
    assert fresh(attachment).problem == "REFUSED"
    meta.process.control("PUT", f"/media/{attachment.media_id}/fault", {})
    fetch()
    assert (fresh(attachment).is_ready, fresh(attachment).tries) == (True, 2)


def test_the_senders_sum_counts_where_graph_agrees_with_the_bytes(sends: Sends):
    attachment = sends()
    Attachment.objects.update(claimed_sha256="0" * 64)
    fetch(rounds=3)
    assert (fresh(attachment).state, fresh(attachment).problem) == CORRUPT


@pytest.mark.parametrize("media_id", ["../../me", "1?x=", "1/messages", "", "1 2", "é"])
def test_no_media_id_leads_the_token_elsewhere(media_id: str, sends: Sends, meta: Meta):
    attachment = sends()
    Attachment.objects.update(media_id=media_id)
    before = len(meta.calls())
    fetch()
    assert (fresh(attachment).state, fresh(attachment).problem) == FORBIDDEN
    assert len(meta.calls()) == before


def test_the_media_of_another_number_is_not_given_out(sends: Sends, meta: Meta, conversation: Conversation):
    values = {"content_base64": "eA==", "mime_type": "image/png", "phone_number_id": OTHER_NUMBER}
    kept = meta.process.control("POST", "/media", values)
    attachment = waits(conversation, kept["id"], "image/png", "", "")
    fetch()
    assert fresh(attachment).problem == "REFUSED"


def test_graph_away_is_a_delay(sends: Sends, settings):
    attachment = sends()
    there, settings.GRAPH_BASE_URL = settings.GRAPH_BASE_URL, "http://127.0.0.1:9"
    fetch()
    assert (fresh(attachment).state, fresh(attachment).problem) == UNREACHABLE
    settings.GRAPH_BASE_URL = there
    fetch()
    assert fresh(attachment).is_ready


def test_a_refused_credential_waits_for_its_circuit(sends: Sends, number: PhoneNumber):
    attachment = sends()
    number.waba.blocked_until = timezone.now() + timedelta(minutes=5)
    number.waba.save()
    fetch()
    assert (fresh(attachment).state, fresh(attachment).tries) == ("WAITING", 0)
    number.waba.blocked_until = timezone.now()
    number.waba.save()
    fetch()
    assert fresh(attachment).is_ready


def test_a_full_disk_is_a_delay_and_leaves_nothing(sends: Sends, media_root: Path, settings):
    attachment = sends()
    (media_root / "file").touch()
    settings.MEDIA_ROOT = str(media_root / "file")
    fetch()
    assert (fresh(attachment).state, fresh(attachment).problem) == ("WAITING", "STORAGE")
    settings.MEDIA_ROOT = str(media_root)
    (media_root / "attachments").touch()
    fetch()
    assert (fresh(attachment).state, fresh(attachment).problem) == ("WAITING", "STORAGE")
    (media_root / "attachments").unlink()
    fetch()
    assert fresh(attachment).is_ready


# --- Workers -----------------------------------------------------------------------------------------


def test_a_claim_is_for_one_worker_until_its_lease_ends(sends: Sends):
    attachment = sends()
    assert attachments.claim_due(limit=4) == [attachment.pk]
    assert attachments.claim_due(limit=4) == []
    Attachment.objects.update(due_at=timezone.now())
    assert attachments.claim_due(limit=4) == [attachment.pk], "the worker died"


def test_a_claim_is_renewed_while_the_file_comes(sends: Sends):
    attachment = sends(pause_ms=50)
    crew = Crew()
    crew._claim()
    Attachment.objects.update(due_at=timezone.now())
    crew._renew()
    assert attachments.claim_due(limit=4) == []
    crew.run()
    assert (fresh(attachment).is_ready, fresh(attachment).tries) == (True, 1)


def test_numbers_take_turns(sends: Sends, number: PhoneNumber, waba, team, customer_writes):
    first = [sends() for _ in range(5)]
    other = PhoneNumber.objects.create(waba=waba, phone_number_id=OTHER_NUMBER, display_phone="x", name="Outra")
    talk = customer_writes(to=other).conversation
    second = waits(talk, "1", "image/png", "", "")
    claimed = attachments.claim_due(limit=2)
    assert set(claimed) == {first[0].pk, second.pk}


def test_a_second_try_writes_over_what_the_first_one_left(sends: Sends, media_root: Path):
    """A worker that dies after the file and before the row leaves the same names."""
    attachment = sends()
    default_storage.save(attachment.storage_name, io.BytesIO(b"half"))  # type: ignore[arg-type]
    default_storage.save(attachment.thumbnail_name, io.BytesIO(b"half"))  # type: ignore[arg-type]
    fetch()
    assert stored(media_root) == {attachment.storage_name, attachment.thumbnail_name}
    with default_storage.open(attachment.storage_name) as file:
        assert file.read() == PHOTOGRAPH


def test_what_a_dead_worker_began_is_cleared_away(sends: Sends, media_root: Path):
    old, young = media_root / "unfinished" / "1-old", media_root / "unfinished" / "2-young"
    for left in (old, young):
        left.mkdir(parents=True)
        (left / "file").touch()
    os.utime(old, (time.time() - 7200, time.time() - 7200))
    sends()
    fetch()
    assert not old.exists() and young.exists()


def test_a_message_deleted_meanwhile_leaves_no_file(sends: Sends, media_root: Path, monkeypatch):
    attachment = sends()
    store = storing.store

    def store_and_delete(path: Path, name: str) -> None:
        store(path, name)
        Message.objects.filter(pk=attachment.message_id).delete()

    monkeypatch.setattr(storing, "store", store_and_delete)
    fetch()
    assert stored(media_root) == set()


def test_an_error_of_ours_is_a_delay(sends: Sends, monkeypatch):
    attachment = sends()
    monkeypatch.setattr(graph.GraphClient, "get", lambda *_, **__: 1 / 0)
    fetch()
    assert (fresh(attachment).state, fresh(attachment).problem) == ("WAITING", "STORAGE")


# --- Another try -------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["FAILED", "EXPIRED"])
def test_a_person_may_ask_for_another_try(state: str, sends: Sends, owner: User):
    attachment = sends()
    Attachment.objects.update(state=state, due_at=None, problem="CORRUPT", tries=3)
    retry_attachment(fresh(attachment), by=owner)
    waiting = fresh(attachment)
    assert (waiting.state, waiting.problem, waiting.tries) == ("WAITING", "", 0)
    entry = AuditLog.objects.get(action="attachment.retried")
    assert (entry.actor, entry.entity_id) == (owner, attachment.pk)
    fetch()
    assert fresh(attachment).is_ready


def test_what_is_there_needs_no_other_try(sends: Sends, owner: User):
    attachment = sends()
    fetch()
    with pytest.raises(actions.NotFailed):
        retry_attachment(fresh(attachment), by=owner)
    assert fresh(attachment).is_ready and not AuditLog.objects.filter(action="attachment.retried").exists()


def test_the_token_travels_in_a_header_alone(meta: Meta, sends: Sends):
    sends()
    fetch()
    assert all(TOKEN not in call["path"] for call in meta.calls())
