"""WhatsApp's marks as elements: what counts as one, and that no text can become anything else."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging import formatting

LINK = re.compile(r'<a href="[^"<>]*"( rel="noopener nofollow" target="_blank")?>')
ELEMENTS = ("strong", "em", "s", "code", 'code class="block"')

EXAMPLES = {
    "*total*: R$ 10": "<strong>total</strong>: R$ 10",
    "_a_ ~b~ `c`": "<em>a</em> <s>b</s> <code>c</code>",
    "*_tudo_ junto*": "<strong><em>tudo</em> junto</strong>",
    "*começa _e não_": "*começa <em>e não</em>",
    "*um _dois* três_": "<strong>um _dois</strong> três_",
    "2*3*4 e snake_case_aqui": "2*3*4 e snake_case_aqui",
    "* item * e _ só _": "* item * e _ só _",
    "*quebra\nlinha*": "*quebra\nlinha*",
    "(*sim*, _não_!)": "(<strong>sim</strong>, <em>não</em>!)",
    "** e __ e *": "** e __ e *",
    "```\nlinha 1\n*crua*\n```": '<code class="block">linha 1\n*crua*</code>',
    "```<b>```": '<code class="block">&lt;b&gt;</code>',
    "`*crua*` *negrito*": "<code>*crua*</code> <strong>negrito</strong>",
    "*<script>*": "<strong>&lt;script&gt;</strong>",
    "a & b": "a &amp; b",
}


@pytest.mark.parametrize(("text", "shown"), EXAMPLES.items())
def test_marks_at_the_edge_of_words_count(text: str, shown: str):
    assert formatting.to_html(text) == shown


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("veja https://loja.example/_a_/b_c aqui", "https://loja.example/_a_/b_c"),
        ("*https://loja.example/x*", "https://loja.example/x"),
        ("_veja https://loja.example/a_b_", "https://loja.example/a_b"),
    ],
)
def test_an_address_is_linked_whole(text: str, address: str):
    shown = formatting.to_html(text)
    assert f'<a href="{address}" rel="noopener nofollow" target="_blank">{address}</a>' in shown


@given(st.text(st.one_of(st.sampled_from("*_~`\n <>&\"'/ahtps:w."), st.characters(codec="utf-8")), max_size=200))
def test_any_text_stays_text(text: str):
    """The elements are ours, each that opens closes, and the words are those written, less some marks."""
    shown = formatting.to_html(text)
    open_now: list[str] = []
    for tag in re.findall(r"<[^>]*>", shown):
        if tag.startswith("</"):
            assert open_now.pop() == tag[2:-1]
        else:
            assert tag[1:-1] in ELEMENTS or LINK.fullmatch(tag), tag
            open_now.append(tag[1:-1].split(" ")[0])
    assert open_now == []
    left = iter(text)
    words = html.unescape(re.sub(r"<[^>]*>", "", shown))
    missing = len(text) - len(words)
    assert all(letter in left for letter in words)
    assert missing <= sum(text.count(mark) for mark in "*_~`\n")


@pytest.mark.parametrize("piece", ["*a ", "_a*b ", "```a", "`a\n", "*a* ", "www.*", "~*_a ", "https://a_ *"])
def test_a_long_text_takes_no_longer_than_its_length(piece: str):
    def seconds(times: int) -> float:
        started = time.process_time()
        formatting.to_html(piece * times)
        return time.process_time() - started

    short = max(min(seconds(1000) for _ in range(3)), 0.001)
    assert seconds(10_000) < 40 * short
