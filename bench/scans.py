"""Scans at the circulation desk: a reader's card, a loan, a return, each a page request that writes."""

import time
from collections.abc import Iterator

from django.test import Client
from django.urls import reverse

from bench.measure import Line, percentile
from yanshu.collection.catalogue.models import Item
from yanshu.collection.catalogue.terms import ItemState
from yanshu.core import clock
from yanshu.readers.patrons.models import Card

SCANS, GOAL_MS = 40, 50


def scans(bench: str, clerk: Client, limit: float) -> list[Line]:
    """Lend to readers and take back again over the desk's page, a book each."""
    took: dict[str, list[float]] = {"card": [], "loan": [], "return": []}
    for card, barcode in _pairs():
        for what, mode, code in (
            ("card", "reader", card),
            ("loan", "lend", barcode),
            ("return", "return", barcode),
        ):
            begun = time.perf_counter()
            answer = clerk.post(
                reverse("desk:circulation-scan"), {"mode": mode, "code": code}, headers={"HX-Request": "true"}
            )
            took[what].append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == 200, answer.content.decode()[:500]
    return [
        Line(
            bench=bench,
            what=f"clerk scans a {what}: p50 {percentile(times, 0.5):.0f}, p95",
            value=percentile(times, 0.95),
            unit="ms",
            limit=limit,
            limit_is="bare page",
            goal=f"{GOAL_MS} ms",
            reached=percentile(times, 0.95) <= GOAL_MS,
        )
        for what, times in took.items()
    ]


def _pairs() -> Iterator[tuple[str, str]]:
    """Yield cards of readers who may borrow and barcodes of copies that may be lent."""
    today = clock.business_date(clock.now())
    cards = Card.objects.filter(
        state="valid",
        patron__state="active",
        patron__expires_on__gt=today,
        patron__suspended_until__isnull=True,
        patron__loans__isnull=True,
    )
    copies = Item.objects.filter(
        state=ItemState.AVAILABLE,
        for_reference=False,
        category__lendable=True,
        loans__isnull=True,
        holds__isnull=True,
    ).exclude(record__holds__isnull=False)
    yield from zip(
        cards.values_list("number", flat=True)[:SCANS],
        copies.values_list("barcode", flat=True)[:SCANS],
        strict=True,
    )
