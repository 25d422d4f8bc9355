"""``mcf benchmark``: see mcf/commands/benchmark.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["benchmark", *sys.argv[1:]]))
