from .lookup import get_schema, published_schemas
from .schema import BOX_NORMALISERS, LandmarkSchema, PointPair, numbered_points, span

__all__ = [
    "BOX_NORMALISERS",
    "LandmarkSchema",
    "PointPair",
    "get_schema",
    "numbered_points",
    "published_schemas",
    "span",
]
