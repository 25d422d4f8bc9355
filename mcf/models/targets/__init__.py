from .cached import CachedTeacher
from .pixel_target import PixelTarget
from .several import SeveralTeachers
from .target import Target
from .teacher_cells import TeacherCells
from .teacher_target import TeacherTarget

__all__ = [
    "CachedTeacher",
    "PixelTarget",
    "SeveralTeachers",
    "Target",
    "TeacherCells",
    "TeacherTarget",
]
