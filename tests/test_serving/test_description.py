"""The schema of an answer beside an answer."""

import json

import numpy as np

from mcf.crops.label_region import LabelRegion
from mcf.datasets.parsing.class_sets import LAPA
from mcf.inference.result import Attributes, FaceResult, Landmarks, Parsing
from mcf.serving.description import RESULT

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
}


def check(value, schema, place="answer"):
    """Fail where a value is not what the schema says."""
    if "const" in schema:
        assert value == schema["const"], place
        return
    assert isinstance(value, TYPES[schema["type"]]), place
    if schema["type"] == "array":
        for item in value:
            check(item, schema["items"], place)
    for name in schema.get("required", ()):
        assert name in value, (place, name)
    if "properties" in schema:
        for name, part in value.items():
            check(part, schema["properties"][name], f"{place}.{name}")


def test_schema_describes_a_result_with_every_task():
    one = np.zeros((1, 4), np.float32)
    result = FaceResult(
        source="a.png",
        size=(8, 8),
        boxes=one,
        scores=one[:, 0],
        landmarks=Landmarks(
            "ibug68", np.zeros((1, 68, 2), np.float32), np.zeros((1, 68), np.float32)
        ),
        parsing=Parsing(LAPA, (LabelRegion(np.zeros((3, 3), np.uint8), 1, 2),)),
        embeddings=one,
        attributes=Attributes(("hat", "beard"), one[:, :2]),
        timings={"read": 0.5},
        image=None,
    )
    content = json.loads(result.to_json())
    assert set(content) == set(RESULT["properties"])
    check(content, RESULT)
