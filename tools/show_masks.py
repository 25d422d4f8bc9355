"""``mcf masks``: see mcf/commands/masks.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["masks", *sys.argv[1:]]))
