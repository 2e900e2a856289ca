"""The processes, one by one, and all of them under one supervisor."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import Annotated

import typer
from django.conf import settings
from django.db import close_old_connections, connection
from django.urls import reverse

from yanshu.config import environment
from yanshu.config.commands.console import stop, words
from yanshu.config.commands.demonstration import load_if_empty
from yanshu.config.commands.logins import print_logins
from yanshu.config.commands.upkeep import bring_up_to_date
from yanshu.core import clock, feed
from yanshu.core.actor import Actor, Door
from yanshu.core.importing import ImportRun, worker
from yanshu.core.job import run_due
from yanshu.institution.staff.models import Account
from yanshu.institution.staff.queries import is_founded, staff_actor
from yanshu.institution.staff.terms import AccountKind

FEEDS_EVERY_SECONDS = 0.5
JOBS_EVERY_SECONDS = 5.0
STOP_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 30.0


def add_to(app: typer.Typer) -> None:
    """Add the commands of this subject."""
    app.command()(serve)
    app.command()(sip2)
    app.command()(jobs)
    app.command()(up)


def serve(
    threads: Annotated[int, typer.Option(help="Threads that answer requests.")] = 8,
) -> None:
    """Serve the pages and the programming interface."""
    import waitress

    from yanshu.config.wsgi import application

    waitress.serve(
        application,
        host=environment.value("YANSHU_HTTP_HOST"),
        port=int(environment.value("YANSHU_HTTP_PORT")),
        threads=threads,
        ident="yanshu",
        clear_untrusted_proxy_headers=not settings.HTTPS,
    )


def sip2() -> None:
    """Serve self-service machines on the SIP2 port."""
    from yanshu.doors.sip2.adapter import serve_library

    serve_library(
        host=environment.value("YANSHU_SIP2_HOST"),
        port=int(environment.value("YANSHU_SIP2_PORT")),
        threads=1 if connection.vendor == "sqlite" else 6,
    )


def jobs() -> None:
    """Follow the feeds, run the scheduled work and carry imports, until stopped."""
    ended = threading.Event()
    _on_stop(ended.set)
    # An import may take an hour; feeds and scheduled work go on beside it.
    imports = threading.Thread(target=worker.work, args=(on_behalf_of, ended), name="imports", daemon=True)
    imports.start()
    next_jobs = 0.0
    while not ended.is_set():
        close_old_connections()
        handled = feed.advance_all(now=clock.now())
        if time.monotonic() >= next_jobs:
            run_due(clock.now())
            next_jobs = time.monotonic() + JOBS_EVERY_SECONDS
        if not handled:
            ended.wait(FEEDS_EVERY_SECONDS)
    imports.join(STOP_SECONDS / 2)


def on_behalf_of(run: ImportRun) -> Actor:
    """Return the colleague who ordered an import, with what he may do now, not what he might then."""
    account = Account.objects.filter(pk=run.account_id, kind=AccountKind.STAFF, is_active=True).first()
    if account is None:
        return Actor.nobody(Door(run.door))
    return staff_actor(account, door=Door(run.door), branch_id=run.workplace_id)


@dataclass(slots=True)
class Child:
    """A process the supervisor keeps running."""

    name: str
    arguments: tuple[str, ...]
    process: "subprocess.Popen[bytes] | None" = None
    pause: float = 1.0
    begun: float = 0.0
    rest_until: float = field(default=0.0)

    def start(self) -> None:
        """Start the process, in a session of its own so that Ctrl-C reaches the supervisor alone."""
        command = [sys.executable, "-m", "yanshu.config.cli", *self.arguments]
        self.process = subprocess.Popen(command, start_new_session=True)  # noqa: S603  our own command
        self.begun = time.monotonic()

    def watch(self) -> None:
        """Start the process again when it has died, later and later if it keeps dying."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if not self.rest_until:
            lived = now - self.begun
            self.pause = 1.0 if lived > LONGEST_PAUSE_SECONDS else min(self.pause * 2, LONGEST_PAUSE_SECONDS)
            self.rest_until = now + self.pause
            words.print(f"{self.name} ended ({self.process.returncode}); again in {self.pause:.0f} s")
        elif now >= self.rest_until:
            self.rest_until = 0.0
            self.start()


def up() -> None:
    """Set up, load the demonstration year if nothing is there, and run everything until Ctrl-C."""
    for what in ("HTTP", "SIP2"):
        _demand_free(f"YANSHU_{what}_HOST", f"YANSHU_{what}_PORT")
    bring_up_to_date()
    load_if_empty()
    children = [
        Child("web", ("serve",)),
        Child("SIP2", ("sip2",)),
        Child("jobs", ("jobs",)),
        Child("indexer", ("index", "follow")),
    ]
    ended = threading.Event()
    _on_stop(ended.set)
    connection.close()
    for child in children:
        child.start()
    _announce()
    while not ended.wait(0.5):
        for child in children:
            child.watch()
    words.print("Stopping …")
    _stop(children)


def _demand_free(host: str, port: str) -> None:
    """End with a word on what to do when another program listens where the settings say."""
    address, number = environment.value(host), environment.value(port)
    try:
        known = socket.getaddrinfo(address, int(number), type=socket.SOCK_STREAM)
        family, kind, protocol, _name, place = known[0]
        with socket.socket(family, kind, protocol) as tried:
            # A connection of the former run that has not quite ended holds no port.
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(place)
    except (OSError, ValueError, OverflowError) as wrong:
        stop(
            f"{address}:{number} 用不了，可能另一个雁书还在运行；换一个端口：{port}=…\n"
            f"{address}:{number} cannot be used ({wrong}). "
            f"Is another Yanshu running? Choose another with {port}=… or {host}=…"
        )


def _announce() -> None:
    host, port = environment.value("YANSHU_HTTP_HOST"), environment.value("YANSHU_HTTP_PORT")
    words.rule("[bold]雁书 Yanshu")
    if not is_founded():
        found = reverse("desk:staff-found")
        words.print(f"  [bold]首次设置 First run   http://{host}:{port}{found}[/bold]")
    words.print(f"  读者 Readers   http://{host}:{port}/")
    words.print(f"  馆员 Staff     http://{host}:{port}/desk/")
    words.print(f"  接口 API       http://{host}:{port}/api/v1/docs")
    words.print(
        f"  自助机 SIP2    {environment.value('YANSHU_SIP2_HOST')}:{environment.value('YANSHU_SIP2_PORT')}"
    )
    print_logins()
    words.print("  Ctrl-C 停止 stops everything.")


def _stop(children: list[Child]) -> None:
    for child in children:
        if child.process is not None and child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        if child.process is not None:
            try:
                child.process.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                child.process.kill()


def _on_stop(act: Callable[[], None]) -> None:
    def handle(_signal: int, _frame: FrameType | None) -> None:
        act()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
    if os.name == "posix":
        signal.signal(signal.SIGHUP, handle)
