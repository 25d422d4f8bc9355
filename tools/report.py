"""``mcf report``: see mcf/commands/report.py."""

import sys

from mcf.cli import main

if __name__ == "__main__":
    sys.exit(main(["report", *sys.argv[1:]]))
