"""The SIP2 server as a process of its own, for the bench: prints its port."""

import logging
import os


def main() -> None:
    """Serve the library the environment names on a free port."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "yanshu.config.settings"
    import django

    django.setup()
    logging.disable(logging.WARNING)
    from django.db import connection

    from yanshu.doors.sip2.adapter import make_server
    from yanshu.doors.sip2.server import run

    threads = 1 if connection.vendor == "sqlite" else 6
    server = make_server(host="127.0.0.1", port_number=0, threads=threads)
    run(server, ready=lambda port: print(port, flush=True))


if __name__ == "__main__":
    main()
