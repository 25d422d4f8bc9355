"""From nothing to the report of a demo."""

from pathlib import Path

from mcf.demo.jobs import run_jobs
from mcf.demo.plan import Places, Sizes, jobs
from mcf.demo.terminal import Stages, only_stages
from mcf.utils.lock import held
from mcf.visualization.page import Table

SIZE = 112


def run_demo(
    places: Places, sizes: Sizes, *, resume: bool = False
) -> tuple[Path, Table]:
    """Draw, pre-train, probe, fine-tune and report; bars on the terminal meanwhile.

    Args:
        places: Where.
        sizes: How much.
        resume: Go on with what is there.

    Returns:
        Path of the report, and its table of results.

    Raises:
        ChildProcessError: If a stage fails.
        KeyboardInterrupt: After Ctrl-C, saying how to go on.
        ValueError: If another demo is or works in the folder, or a stage is refused.
    """
    if places.log.exists() and not resume:
        raise ValueError(
            f"{places.out} holds a demo: --resume continues it, --out names "
            "another folder"
        )
    with held(places.out), only_stages(places.log) as stages:
        stages.say(f"All that the stages print is in {places.log}")
        try:
            with stages.shown():
                return _stages(places, sizes, stages, resume=resume)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"stopped; mcf demo --out {places.out} --resume continues it"
            ) from None


def _stages(
    places: Places, sizes: Sizes, stages: Stages, *, resume: bool
) -> tuple[Path, Table]:
    if not places.faces.exists():
        from mcf.demo.faces import draw_store

        bar = stages.begin(f"Drawing {sizes.faces:,} faces")
        draw_store(
            places.faces,
            faces=sizes.faces,
            size=SIZE,
            tell=lambda share: stages.advance(bar, share),
        )
        stages.end(bar)
    run_jobs(jobs(places, sizes), stages, places.log, resume=resume)
    bar = stages.begin("Pictures and report")
    from mcf.demo.report import write_demo_report

    found = write_demo_report(places)
    stages.end(bar)
    return found
