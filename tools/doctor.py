"""Print what this machine offers to MCF, what is missing, and how to get it.

Exits with 1 if pre-training cannot run.
"""

import sys
from pathlib import Path

# Works in a checkout that is not installed, too: that may be what is wrong.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mcf.utils import environment
from mcf.utils.command import run_command


def main() -> int:
    sections = environment.report()
    print(environment.render(sections))
    return int(any(line.problem for lines in sections.values() for line in lines))


if __name__ == "__main__":
    sys.exit(run_command(main))
