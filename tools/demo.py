"""``mcf demo``: see mcf/commands/demo.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["demo", *sys.argv[1:]]))
