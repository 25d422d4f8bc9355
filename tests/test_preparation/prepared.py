"""Small prepared stores, made without worker processes."""

from pathlib import Path

from mcf.crops.recipes import get_recipe
from mcf.preparation.filters import Filters
from mcf.preparation.job import Job
from mcf.preparation.sources import open_source
from mcf.preparation.store import Input, StoreOptions, write_store
from mcf.preparation.unit import Parts, prepare_unit
from tests.test_preparation.faces import CentreDetector


def make_job(
    source: Path, *, unit_size: int = 2, size: int = 32, delay: float = 0
) -> Job:
    return Job(
        open_source(str(source), unit_size=unit_size),
        CentreDetector(delay),
        get_recipe("square", size=size),
        Filters(min_size=20),
    )


def make_parts(job: Job, folder: Path) -> list[Input]:
    parts, find = Parts(folder), job.detector.open()
    for index in range(len(job.source)):
        prepare_unit(
            job, job.source.unit(index), find, parts, poison={}, begin=lambda _: None
        )
    return [Input(parts.rows(index)) for index in range(len(job.source))]


def make_store(job: Job, folder: Path, **options) -> Path:
    inputs = make_parts(job, folder.with_name(f"{folder.name}-parts"))
    facts = {"crop": job.recipe.to_dict(), "jobs": [job.to_dict()]}
    write_store(inputs, folder, facts, StoreOptions(**options))
    return folder
