"""``mcf join``: see mcf/commands/join.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["join", *sys.argv[1:]]))
