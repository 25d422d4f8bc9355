"""``mcf convert``: see mcf/commands/convert.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["convert", *sys.argv[1:]]))
