"""The process in which one bench runs; the last line it prints is its result in JSON."""

import json
import logging
import sys
from importlib import import_module

from bench.measure import Options
from bench.scratch import set_up


def main() -> None:
    """Run the bench named on the command line."""
    name, options = sys.argv[1], Options(**json.loads(sys.argv[2]))
    logging.disable(logging.WARNING)
    set_up(makes_tables=not (options.data and name == "annual"))
    lines = import_module(f"bench.{name}").measure(options)
    print(json.dumps([line.as_dict() for line in lines], ensure_ascii=False))


if __name__ == "__main__":
    main()
