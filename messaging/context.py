"""What comes along with a message of any kind: forwarding, the ad it answers, the product it asks about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from messaging.values import line, mapping, text, truth, web_address


@dataclass(frozen=True, slots=True)
class Referral:
    """The ad or post from which the customer came (Meta: section 2.9)."""

    headline: str = ""
    body: str = ""
    source_url: str = ""
    """An address of the web, or nothing."""
    source_type: str = ""
    source_id: str = ""
    media_type: str = ""
    ctwa_clid: str = ""
    welcome: str = ""


@dataclass(frozen=True, slots=True)
class ReferredProduct:
    """The product of our catalogue that the customer asks about."""

    catalog_id: str
    product_id: str


@dataclass(frozen=True, slots=True)
class Extras:
    """All that may come along with a message."""

    is_forwarded: bool = False
    is_often_forwarded: bool = False
    """Through more than five hands."""
    referral: Referral | None = None
    product: ReferredProduct | None = None


def read(raw: Mapping[str, Any]) -> Extras:
    """Read what comes along with a message, as Meta gave it; never raises."""
    message = mapping(raw)
    context = mapping(message.get("context"))
    is_often = truth(context.get("frequently_forwarded"))
    return Extras(
        is_forwarded=is_often or truth(context.get("forwarded")),
        is_often_forwarded=is_often,
        referral=_referral(mapping(message.get("referral"))),
        product=_product(mapping(context.get("referred_product"))),
    )


def _referral(given: dict[str, Any]) -> Referral | None:
    referral = Referral(
        headline=line(given.get("headline"), 300),
        body=text(given.get("body"), 2000),
        source_url=web_address(given.get("source_url")),
        source_type=line(given.get("source_type"), 40),
        source_id=line(given.get("source_id"), 100),
        media_type=line(given.get("media_type"), 40),
        ctwa_clid=line(given.get("ctwa_clid"), 500),
        welcome=text(mapping(given.get("welcome_message")).get("text"), 2000),
    )
    return referral if referral != Referral() else None


def _product(given: dict[str, Any]) -> ReferredProduct | None:
    product_id = line(given.get("product_retailer_id"), 100)
    return ReferredProduct(line(given.get("catalog_id"), 100), product_id) if product_id else None
