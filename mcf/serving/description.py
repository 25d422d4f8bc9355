"""What the service tells about itself: OpenAPI, and a page made of it."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mcf.inference.result_json import FORMAT

NUMBER = {"type": "number"}
REFUSALS = {
    400: "the body is empty or cut off",
    408: "the image did not arrive in time",
    411: "the length of the body is not told",
    413: "too many bytes or pixels",
    415: "no image, or of no format that is read",
    422: "an image that cannot be used: damaged, too small, too many faces",
    429: "too many images wait: try again after the seconds of `retry-after`",
    503: "replicas died while they had the image",
    504: "no answer in time",
}
"""Statuses of requests for faces other than 200."""


def _numbers(*shape: str) -> dict:
    """Schema of nested lists, with a name for each dimension."""
    if not shape:
        return NUMBER
    return {"type": "array", "description": shape[0], "items": _numbers(*shape[1:])}


def _record(**properties: dict) -> dict:
    return {"type": "object", "required": [*properties], "properties": properties}


TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
PART = _record(left=WHOLE, top=WHOLE, png=TEXT | {"format": "byte"})
RESULT = _record(
    format={"const": FORMAT},
    source=TEXT,
    size={"type": "array", "items": WHOLE, "description": "width, height"},
    boxes=_numbers("faces", "x1, y1, x2, y2 in pixels"),
    scores=_numbers("faces"),
    timings={"type": "object", "additionalProperties": NUMBER},
)
RESULT["properties"] |= {  # of the tasks that the models do
    "landmarks": _record(
        schema=TEXT,
        count=WHOLE,
        points=_numbers("faces", "points", "x, y in pixels"),
        scores=_numbers("faces", "points"),
    ),
    "parsing": _record(
        class_set={"type": "object"}, faces={"type": "array", "items": PART}
    ),
    "embeddings": _record(length=WHOLE, values=_numbers("faces", "values")),
    "attributes": _record(
        names={"type": "array", "items": TEXT},
        probabilities=_numbers("faces", "attributes"),
    ),
}
RESULT["description"] = "What `FaceResult.from_json` reads."
BINARY = {"schema": {"type": "string", "format": "binary"}}
DETAIL = _record(detail={"description": "what is wrong"})

FACES = {
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": dict.fromkeys(("image/*", "application/octet-stream"), BINARY),
        }
    },
    "responses": {
        200: {
            "description": "the faces",
            "content": {"application/json": {"schema": RESULT}},
        }
    }
    | {
        status: {
            "description": text,
            "content": {"application/json": {"schema": DETAIL}},
        }
        for status, text in REFUSALS.items()
    },
}
"""Of the route that finds faces, for FastAPI."""


def api_page(openapi: dict) -> str:
    """The description as a page with a form to try it, which loads nothing else."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.jinja").render(api=openapi)
