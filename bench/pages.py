"""Pages: every page of the desk and of the reader's site, opened as those who use them."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.models import F
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from bench.measure import Line, Options, percentile
from bench.page_values import DEEPER, values_of
from bench.scans import scans
from yanshu.core.models import Instance
from yanshu.institution.staff.models import Account
from yanshu.institution.staff.terms import Role
from yanshu.lending.circulation.models import Loan, LoanEvent

SCALE, TURNS, GOAL_MS = 0.1, 5, 50
BARE = "/desk/exports/"
"""The page with the shell of the desk and hardly anything in it: log-in, rail, panel, a short list."""


@dataclass
class Opened:
    """A page somebody opened again and again: how long each turn took, and how many queries it asked."""

    who: str
    address: str
    queries: int
    took_ms: list[float] = field(default_factory=list)
    worked_ms: list[float] = field(default_factory=list)

    def p(self, share: float) -> float:
        """Return the time below which so large a share of the turns lie."""
        return percentile(self.took_ms, share)


def measure(options: Options) -> list[Line]:
    """Open every page as a director, a clerk and a reader; the first turn warms up."""
    if not options.data:
        load()
    call_command("collectstatic", interactive=False, verbosity=0)
    people = visitors()
    opened = [page for who, client in people.items() for page in filter(None, each_page(who, client))]
    bare = [page for page in opened if page.address == BARE]
    name = Instance.objects.values_list("demonstration_name", flat=True).first() or "a library"
    bench = f"pages, {name}, {LoanEvent.objects.count():,} lines of lending"
    every = [took for page in opened for took in page.took_ms]
    worked = [took for page in opened for took in page.worked_ms]
    limit = percentile([took for page in bare for took in page.took_ms], 0.95)
    limit_worked = percentile([took for page in bare for took in page.worked_ms], 0.95)
    return [
        *(
            told(bench, page, limit)
            for page in sorted(opened, key=lambda page: -percentile(page.worked_ms, 0.5))
        ),
        *scans(bench, people["clerk"], limit),
        Line(
            bench=bench,
            what=f"all {len(opened)} pages, {TURNS} turns, p95",
            value=percentile(every, 0.95),
            unit="ms",
            limit=limit,
            limit_is="a page with hardly anything in it, p95",
            goal=f"{GOAL_MS} ms",
            reached=percentile(every, 0.95) <= GOAL_MS,
        ),
        Line(
            bench=bench,
            what="the same, by processor time, p95",
            value=percentile(worked, 0.95),
            unit="ms",
            limit=limit_worked,
            limit_is="that page, by processor time",
        ),
        Line(
            bench=bench,
            what=f"pages whose own p95 is over {GOAL_MS} ms",
            value=sum(page.p(0.95) > GOAL_MS for page in opened),
            unit="pages",
            goal="none",
            reached=all(page.p(0.95) <= GOAL_MS for page in opened),
        ),
    ]


def told(bench: str, page: Opened, limit: float) -> Line:
    """Return the line of one page."""
    return Line(
        bench=bench,
        what=f"{page.who} {page.address}: {page.queries} queries, p50 {page.p(0.5):.0f} "
        f"(processor {percentile(page.worked_ms, 0.5):.0f}), p95",
        value=page.p(0.95),
        unit="ms",
        limit=limit,
        limit_is="bare page",
        goal=f"{GOAL_MS} ms",
        reached=page.p(0.95) <= GOAL_MS,
    )


def visitors() -> dict[str, Client]:
    """Return browsers logged in as a director, a clerk, and the reader with an account who has most loans."""
    reader = Account.objects.filter(kind="reader", is_active=True).order_by("pk").values_list("pk", flat=True)
    lent = Loan.objects.filter(closed_at__isnull=True, patron__account_id__in=list(reader))
    holder = lent.values_list("patron__account_id", flat=True).first() or reader[0]
    return {
        "director": browser(Account.objects.get(pk=having(Role.DIRECTOR))),
        "clerk": browser(Account.objects.get(pk=having(Role.CLERK))),
        "reader": browser(Account.objects.get(pk=holder)),
    }


def having(role: Role) -> int:
    """Return a member of staff who has a role for the whole library, else anywhere."""
    holders = Account.objects.filter(grants__role=role, is_active=True)
    found: int = holders.order_by(F("grants__branch_id").asc(nulls_first=True), "pk").values_list(
        "pk", flat=True
    )[0]
    return found


def browser(account: Account) -> Client:
    """Return a browser in which ``account`` is logged in, with a choice of workplace made."""
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def each_page(who: str, client: Client) -> Iterator[Opened | None]:
    """Open every page that shows itself to somebody; what refuses, redirects or wants a form sent is none."""
    spaces = {"opac"} if who == "reader" else {"desk"}
    for space, entry in patterns(get_resolver()):
        if space in spaces and entry.name is not None:
            for address in addresses(space, entry):
                yield asked(who, client, address)


def patterns(resolver: Any, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address pattern with its name space."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, entry.namespace or namespace)
        else:
            yield namespace, entry


def addresses(space: str, entry: URLPattern) -> list[str]:
    """Return the addresses a pattern is opened at: with values out of the library, plain and asked deeper."""
    names = entry.pattern.converters
    name = f"{space}:{entry.name}"
    found = []
    for values in values_of(str(entry.name), tuple(names)):
        try:
            found.append(reverse(name, kwargs=values))
        except NoReverseMatch:
            continue
    return [address + more for address in found for more in ("", *DEEPER.get(name, ()))]


def asked(who: str, client: Client, address: str) -> Opened | None:
    """Open one page; nothing where it is none for this person."""
    with counting() as queries:
        if client.get(address).status_code != 200:
            return None
    page = Opened(who, address, queries())
    for _turn in range(TURNS):
        begun, worked = time.perf_counter(), time.process_time()
        client.get(address)
        page.took_ms.append((time.perf_counter() - begun) * 1000)
        page.worked_ms.append((time.process_time() - worked) * 1000)
    return page


@contextmanager
def counting() -> Iterator[Callable[[], int]]:
    """Count the queries of all databases."""
    done = 0

    def one_more(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal done
        done += 1
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(one_more))
        yield lambda: done


def load() -> None:
    """Load a tenth of the demonstration year."""
    from yanshu.demo.loader import load_demonstration

    load_demonstration(scale=SCALE)
