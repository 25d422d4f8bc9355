"""``mcf models``: see mcf/commands/models.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["models", *sys.argv[1:]]))
