"""Write docs/support_table.md anew, or with --check say whether it is up to date."""

import argparse
import sys
from pathlib import Path

import mcf  # noqa: F401  first: host packages import afterwards on any machine
from mcf.hub.support_table import support_table
from mcf.utils.atomic_file import write_atomically
from mcf.utils.command import run_command

ROOT = Path(__file__).resolve().parents[1]


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    args = parser.parse_args(argv)
    page = ROOT / "docs" / "support_table.md"
    table = support_table(ROOT)
    if not args.check:
        write_atomically(table, page)
        print(f"wrote {page.relative_to(ROOT)}")
    elif not page.is_file() or page.read_text() != table:
        raise SystemExit(f"{page.relative_to(ROOT)} is out of date: run {__file__}")


if __name__ == "__main__":
    sys.exit(run_command(main))
