"""``mcf serve``: see mcf/commands/serve.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))
