"""Files and voice notes, from an agent's hands to Meta."""

import base64
import io
import struct
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Route, expect, sync_playwright

from tests.chaos.stack import Stack, wait_for
from tests.e2e.conftest import ARGUMENTS, PATIENCE
from tests.e2e.pages import Complaints, Inbox

READ = 60
MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
DROP = """([name, data]) => {
    const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0))
    const transfer = new DataTransfer()
    transfer.items.add(new File([bytes], name, { type: "image/png" }))
    for (const type of ["dragover", "drop"])
        document.getElementById("messages").dispatchEvent(
            new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }))
}"""


@pytest.fixture(scope="module")
def browser(chromium: str):
    """A browser with a microphone that beeps."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, *MICROPHONE])
        yield browser
        browser.close()


def picture(color: str) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(drawn, "PNG")
    return drawn.getvalue()


def kinds(stack: Stack, conversation: int) -> list[tuple[Any, ...]]:
    sql = "SELECT kind, text FROM inbox_message WHERE conversation_id = %s AND direction = 'OUTBOUND' ORDER BY id"
    return stack.query(sql, conversation)


def test_files_are_chosen_dropped_removed_and_sent_in_their_order(
    inbox: Inbox, stack: Stack, conversation: int, complaints: Complaints
):
    complaints.expect("ERR_FAILED|409|503")
    inbox.open(conversation)
    page, chips = inbox.page, inbox.page.locator("#staged > li")
    page.route("**/files/", lambda route: route.abort(), times=1)
    page.locator("#choose-files").set_input_files(
        [
            {"name": "contrato.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 contrato"},
            {"name": "vazio.txt", "mimeType": "text/plain", "buffer": b""},
        ]
    )
    expect(chips.first.locator("[data-said]")).to_be_visible()
    chips.first.locator("[data-retry]").click()
    expect(chips.first).to_have_attribute("data-kind", "document")
    expect(chips.last.locator("[data-said]")).to_contain_text("vazio")
    chips.last.locator("[data-drop]").click()
    page.evaluate(DROP, ["praia.png", base64.b64encode(picture("teal")).decode()])
    expect(chips.last.locator("img[src*=thumbnail]")).to_be_visible()
    page.locator("#choose-files").set_input_files(
        {"name": "erro.png", "mimeType": "image/png", "buffer": picture("red")}
    )
    expect(chips).to_have_count(3)
    expect(chips.last).to_have_attribute("data-kind", "image")
    chips.last.locator("[hx-delete]").click()
    expect(chips).to_have_count(2)

    page.reload()
    inbox.is_live()
    expect(chips).to_have_count(2)
    inbox.send("Como combinado")
    expect(chips).to_have_count(0)
    expect(page.locator("#messages .message.out .picture img")).to_be_visible()
    assert kinds(stack, conversation) == [("document", "Como combinado · contrato.pdf"), ("image", "")]
    expect(page.locator("#messages .message.out").last).to_have_attribute("data-status", str(READ))
    page.reload()
    expect(chips).to_have_count(0)


def test_what_is_sent_before_its_file_is_there_leaves_with_it(inbox: Inbox, stack: Stack, conversation: int):
    held: list[Route] = []
    inbox.open(conversation)
    inbox.page.route("**/files/", lambda route: held.append(route))
    inbox.page.locator("#choose-files").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": picture("navy")}
    )
    inbox.send("Segue a foto")
    wait_for(lambda: inbox.page.evaluate("1") and held, "the upload began")
    assert kinds(stack, conversation) == []
    held[0].continue_()
    expect(inbox.message("Segue a foto").locator(".picture")).to_be_visible()
    assert kinds(stack, conversation) == [("image", "Segue a foto")]


def test_a_voice_note_is_recorded_heard_and_sent(inbox: Inbox, stack: Stack, conversation: int):
    inbox.open(conversation)
    page = inbox.page
    inbox.composer.fill("rascunho")
    page.locator("#record").click()
    recorder = page.locator("#recorder")
    expect(recorder.locator("[data-voice=time]")).to_have_text("0:01")
    recorder.locator("[data-voice=pause]").click()
    heard = recorder.locator("audio")
    wait_for(lambda: heard.evaluate("audio => audio.duration") > 0.8, "it can be heard")
    recorder.locator("[data-voice=pause]").click()
    expect(recorder.locator("[data-voice=time]")).to_have_text("0:02")
    recorder.locator("[data-voice=send]").click()
    expect(recorder).to_be_hidden()
    player = page.locator("#messages .message.out .player")
    expect(player).to_be_visible()
    expect(inbox.composer).to_have_value("rascunho")
    expect(page.locator("#messages .message.out")).to_have_attribute("data-status", str(READ))

    sql = (
        "SELECT a.content_type, m.payload FROM inbox_attachment a "
        "JOIN inbox_message m ON m.id = a.message_id WHERE m.conversation_id = %s"
    )
    [(content_type, payload)] = stack.query(sql, conversation)
    assert (content_type, payload["audio"]["voice"]) == ("audio/ogg", True)
    file = page.context.request.get(f"{stack.url}{player.locator('audio').get_attribute('src')}").body()
    sound = seconds_of_ogg(file)
    assert 1.7 < sound < 6


def seconds_of_ogg(data: bytes) -> float:
    """Read an Ogg file by its own rules and return how long it sounds; what breaks one fails."""
    packets, granule, at, sequence, flags = [b""], 0, 0, 0, 0
    while at < len(data):
        magic, version, flags, granule, _serial, number, crc, count = struct.unpack_from("<4sBBqIIIB", data, at)
        lengths = data[at + 27 : at + 27 + count]
        body = at + 27 + count
        end = body + sum(lengths)
        page = data[at:end]
        assert (magic, version, number) == (b"OggS", 0, sequence)
        assert crc == checksum(page[:22] + bytes(4) + page[26:]), f"page {number}"
        for length in lengths:
            packets[-1] += data[body : body + length]
            body += length
            if length < 255:
                packets.append(b"")
        at, sequence = end, sequence + 1
    assert at == len(data) and flags & 4, "the last page says that it is the last"
    head, tags, *sound, rest = packets
    assert head[:8] == b"OpusHead" and head[9] == 1, "one channel"
    assert tags[:8] == b"OpusTags" and rest == b"" and all(sound)
    return (granule - int.from_bytes(head[10:12], "little")) / 48_000


def checksum(page: bytes) -> int:
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc
