"""``mcf visualize``: see mcf/commands/visualize.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["visualize", *sys.argv[1:]]))
