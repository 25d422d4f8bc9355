"""What the service says about images, bad ones among them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from mcf.inference import FaceInferencer, FaceResult

OK = 200
STATUS_BY_KIND = {"empty": 400, "not an image": 415, "too large": 413}
"""By the kind of :class:`~mcf.utils.decoding.BadImageError`."""
UNUSABLE = 422
"""Status of all other images that cannot be analysed."""


class Upload(NamedTuple):
    """An image that somebody sent.

    Attributes:
        name: What its result shall name as its source.
        content: Bytes of an image file.
    """

    name: str
    content: bytes


class Answer(NamedTuple):
    """What becomes of an upload.

    Attributes:
        status: Of HTTP.
        text: JSON of the result; or, for another status than 200, what is wrong.
        faces: How many were found.
        together: Images that were analysed in one batch with it, and itself.
    """

    status: int
    text: str
    faces: int = 0
    together: int = 1


def answer_uploads(
    inferencer: FaceInferencer, uploads: Sequence[Upload]
) -> list[Answer]:
    """Analyse images together.

    Args:
        inferencer: Analyses.
        uploads: The images.

    Returns:
        An answer for each, in their order.
    """
    places = {f"image {index}": index for index in range(len(uploads))}
    answers: dict[int, Answer] = {}

    def refuse(place: str, error: Exception) -> None:
        reason = str(error).removeprefix(f"{place}: ")
        status = STATUS_BY_KIND.get(reason.partition(":")[0], UNUSABLE)
        answers[places[place]] = Answer(status, reason)

    contents = (upload.content for upload in uploads)
    for result in inferencer.stream(contents, on_bad=refuse):
        index = places[result.source]
        named = replace(result, source=uploads[index].name)
        answers[index] = _answer(named)
    size = len(uploads)
    return [answers[index]._replace(together=size) for index in range(size)]


def _answer(result: FaceResult) -> Answer:
    try:
        return Answer(OK, result.to_json(), len(result))
    except ValueError as error:  # numbers that are not finite
        return Answer(UNUSABLE, str(error))
