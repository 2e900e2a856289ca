"""The command line ``yanshu …``: a door like the others, which parses and words and decides nothing."""

import os
import sys

import typer


def build() -> typer.Typer:
    """Put the commands together; Django is set up first, since they speak of its models."""
    from yanshu.config.commands import data, demonstration, index, processes, reporting, upkeep

    app = typer.Typer(
        name="yanshu",
        help="雁书: runs a public library and writes its annual report from the records.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for subject in (processes, upkeep, data, reporting, index, demonstration):
        subject.add_to(app)
    return app


def main() -> None:
    """Run the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yanshu.config.settings")
    if sys.argv[1:2] == ["doctor"] and "--settings" in sys.argv:
        from yanshu.config.commands.settings_listing import print_settings

        print_settings()
        return
    import django

    django.setup()
    build()()


if __name__ == "__main__":
    main()
