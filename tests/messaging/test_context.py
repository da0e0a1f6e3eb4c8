"""What comes along with a message of any kind."""

from __future__ import annotations

import pytest

from messaging.context import Extras, Referral, ReferredProduct, read

AD = {
    "source_url": "https://fb.example/1",
    "source_id": 1200,
    "source_type": "ad",
    "headline": "Café\nnovo",
    "body": "Prove hoje",
    "media_type": "image",
    "image_url": "https://x.example/a.jpg",
    "ctwa_clid": "clid-7",
    "welcome_message": {"text": "Olá!"},
}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({}, Extras()),
        ({"context": {"from": "1", "id": "wamid.1"}}, Extras()),
        ({"context": {"forwarded": True}}, Extras(is_forwarded=True)),
        ({"context": {"frequently_forwarded": True}}, Extras(is_forwarded=True, is_often_forwarded=True)),
        ({"context": {"forwarded": False, "frequently_forwarded": "no"}}, Extras()),
        (
            {"context": {"referred_product": {"catalog_id": "88", "product_retailer_id": "CAFE"}}},
            Extras(product=ReferredProduct("88", "CAFE")),
        ),
        ({"context": {"referred_product": {"catalog_id": "88"}}}, Extras()),
        (
            {"referral": AD},
            Extras(
                referral=Referral(
                    "Café novo", "Prove hoje", "https://fb.example/1", "ad", "1200", "image", "clid-7", "Olá!"
                )
            ),
        ),
        ({"referral": {"source_type": "post"}}, Extras(referral=Referral(source_type="post"))),
        ({"referral": {}, "context": []}, Extras()),
        ({"referral": [AD], "context": "forwarded"}, Extras()),
        (None, Extras()),
    ],
)
def test_it_reads(raw, expected):
    assert read(raw) == expected


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "//fb.example", "fb.example", "data:text/html,a", "http://[", "https://", "https://a b", 7]
    + ["https://x.example/" + "a" * 2000, "https://x.example/\n", "\x01https://x.example/\x7f", None, {}],
)
def test_an_address_is_of_the_web_or_is_none(url):
    referral = read({"referral": {"headline": "Café", "source_url": url}}).referral
    assert referral.source_url in ("", "https://x.example/")


def test_it_is_bounded():
    referral = read({"referral": dict.fromkeys(AD, "a" * 9000)}).referral
    assert len(referral.headline) == 300
    assert len(referral.body) == 2000
    assert len(referral.ctwa_clid) == 500
