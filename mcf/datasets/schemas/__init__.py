from .lookup import declared_schema, get_schema, published_schemas
from .schema import BOX_NORMALISERS, LandmarkSchema, PointPair, numbered_points, span

__all__ = [
    "BOX_NORMALISERS",
    "LandmarkSchema",
    "PointPair",
    "declared_schema",
    "get_schema",
    "numbered_points",
    "published_schemas",
    "span",
]
