"""The demonstration year on the command line."""

from typing import Annotated

import typer

from yanshu.config import environment
from yanshu.config.commands.console import progress, stop, words
from yanshu.config.commands.index import rebuild
from yanshu.config.commands.logins import keep_logins


def add_to(app: typer.Typer) -> None:
    """Add the commands of this subject."""
    demo = typer.Typer(help="The demonstration year.")
    demo.command(name="load")(load)
    demo.command(name="list")(list_scenarios)
    app.add_typer(demo, name="demo")


def load(
    scenario: Annotated[str, typer.Option(help="Name of a shipped scenario, or a file.")] = "hengyang-2019",
    scale: Annotated[float, typer.Option(help="Size, above 0 and up to 1.")] = 1.0,
    seed: Annotated[int | None, typer.Option(help="Another seed than the scenario's.")] = None,
) -> None:
    """Fill an empty database with a demonstration year; any other is refused."""
    from yanshu.demo.loader import DatabaseNotEmpty, load_demonstration
    from yanshu.demo.scenario import ScenarioError

    with progress() as shown:
        tasks: dict[str, int] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(stage, total=total)
            shown.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

        try:
            loaded = load_demonstration(scenario, scale=scale, seed=seed, progress=tell)
        except (DatabaseNotEmpty, ScenarioError) as wrong:
            stop(str(wrong))
    keep_logins(loaded.logins)
    for name, (wanted, scaled) in loaded.scaled_targets.items():
        if wanted != scaled:
            words.print(f"  {name}: {wanted:,} → {scaled:,}")
    words.print(f"{loaded.title} is loaded.")


def list_scenarios() -> None:
    """Name the shipped scenarios."""
    from yanshu.demo.scenario import names

    for name in names():
        words.print(name)


def load_if_empty() -> None:
    """Load the demonstration year into an empty database, unless the environment says not to."""
    from yanshu.core.models import Instance
    from yanshu.institution.places.models import Library

    if not environment.switched_on("YANSHU_DEMO"):
        return
    if Library.objects.exists() or Instance.objects.filter(is_demonstration=True).exists():
        return
    words.print("首次启动：装入演示年度，约需 3 分钟。 First start: loading the demonstration year.")
    load(scale=float(environment.value("YANSHU_DEMO_SCALE")))
    rebuild()
