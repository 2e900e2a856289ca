"""``python -m bench [NAME …]``: runs benches, each in a process and a library of its own."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from bench.measure import Options
from bench.scratch import ROOT, scratch

ON_BOTH = ("checkout", "sip2")
ON_SQLITE = ("search", "marc", "annual", "pages")


def main() -> None:
    """Run what was asked for; exit 1 where a bench broke off, never for a goal that was missed."""
    asked = arguments()
    options = Options(seconds=asked.seconds, records=asked.records, data=asked.data)
    postgres = os.environ.get("TEST_DATABASE_URL", "")
    lines: list[dict[str, Any]] = []
    broken: list[str] = []
    for name in asked.names or (*ON_BOTH, *ON_SQLITE):
        for server in ("", postgres) if name in ON_BOTH and postgres else ("",):
            found = run(name, server, options)
            if found is None:
                broken.append(name)
                continue
            lines += found
            if not asked.json:
                show(found)
    if asked.json:
        print(json.dumps({"lines": lines, "broken": broken}, ensure_ascii=False, indent=1))
    elif not postgres:
        print("\nTEST_DATABASE_URL is not set: nothing was measured on PostgreSQL.")
    if broken:
        sys.exit(1)


def arguments() -> argparse.Namespace:
    """Read the command line; no name means all benches."""
    known = (*ON_BOTH, *ON_SQLITE)
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    # Python 3.11 holds an empty list of names against ``choices``, so the names are checked below.
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each rate is measured")
    parser.add_argument("--records", type=int, default=100_000, help="records searched; a tenth is imported")
    parser.add_argument("--data", default="", help="data folder of a loaded year, for annual and pages")
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    asked = parser.parse_args()
    if unknown := [name for name in asked.names if name not in known]:
        parser.error(f"no bench is called {', '.join(unknown)}; there are {', '.join(known)}")
    return asked


def run(name: str, server: str, options: Options) -> list[dict[str, Any]] | None:
    """Run one bench in a process of its own; ``None`` where it broke off, which it says itself."""
    with scratch(server) as environment:
        if name == "annual" and options.data:
            environment["YANSHU_DATA"] = options.data
        if name == "pages" and options.data:
            shutil.copytree(options.data, environment["YANSHU_DATA"], dirs_exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", "bench.child", name, json.dumps(asdict(options))],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode:
        return None
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def show(lines: list[dict[str, Any]]) -> None:
    """Print lines as a table."""
    print(f"\n{lines[0]['bench']}")
    for line in lines:
        ratio = f"{line['ratio']:7.0%} of {line['limit']:,.1f} ({line['limit_is']})" if line["ratio"] else ""
        verdict = {True: "reached", False: "MISSED", None: ""}[line["reached"]]
        goal = f"  goal {line['goal']}: {verdict}" if line["goal"] else ""
        print(f"  {line['what']:<44} {line['value']:>12,.2f} {line['unit']:<12} {ratio}{goal}")


if __name__ == "__main__":
    main()
