"""``mcf probe``: see mcf/commands/probe.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["probe", *sys.argv[1:]]))
