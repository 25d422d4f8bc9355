"""Which face is which from frame to frame, and where each is between detections.

Ready trackers (ByteTrack, OC-SORT, Norfair) guess boxes between detections by a motion
model. Here the network's points say in every frame where the face is, and the box keeps
its place about them; what is left is to tell detections apart, for a handful of faces.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mcf.crops.boxes import overlaps
from mcf.crops.face import Face
from mcf.crops.geometry import estimate_similarity, transform_points

MATCH = 0.3
"""Overlap (intersection over union) from which a detection is of a followed face."""
SAME = 0.6
"""Overlap from which two followed faces are one."""
REACH = 0.6
"""Sides of a lost face within which a detection, by its centre, is of it again."""
CONFIDENCE = 0.6
"""Share of the points' mean score at the detection below which a face is doubtful: of
the model inside, scores on no face are a third of those on one."""
GROWTH = 1.5
"""Times that a face may grow or shrink from one detection to the next."""
SPEED_SHARE = 0.4
"""Of a new speed in the mean over time."""


@dataclass(eq=False)
class Anchor:
    """A face when it was detected, to which everything goes back.

    Attributes:
        face: As the detector saw it.
        time: Seconds of the video.
        points: The network's, [K,2].
        confidence: Mean of their scores.
        speed: Of the face, pixels a second, [2].
    """

    face: Face
    time: float
    points: np.ndarray | None = None
    confidence: float = 0.0
    speed: np.ndarray = field(default_factory=lambda: np.zeros(2))

    def ahead(self, time: float) -> np.ndarray:
        """Where the centre of its box would be by now, [2]."""
        return _centre(self.face.box) + self.speed * (time - self.time)


@dataclass(eq=False)
class Track:
    """A face over time.

    Attributes:
        id: From 1, of the video; never given twice.
        face: Where it is now, with the score of its last detection.
        time: Seconds of the video now.
        anchor: What it was at its last detection.
        mark: Mean of its points, whose way tells the speed, [2]; the box's centre
            where there are none.
        speed: Pixels a second, [2].
        missed: Seconds of the video of the first detection since that did not see it.
    """

    id: int
    face: Face
    time: float
    anchor: Anchor
    mark: np.ndarray | None = None
    speed: np.ndarray = field(default_factory=lambda: np.zeros(2))
    missed: float | None = None

    def place(self, face: Face, mark: np.ndarray, time: float) -> None:
        """Put it where it is now."""
        if self.mark is not None and time > self.time:
            speed = (mark - self.mark) / (time - self.time)
            self.speed = self.speed + SPEED_SHARE * (speed - self.speed)
        self.face, self.mark, self.time = face, mark, time
        if self.anchor.time == time:
            self.anchor.speed = self.speed


def side(box: np.ndarray) -> float:
    """Longer side of a box [4], pixels."""
    return float((box[2:] - box[:2]).max())


def carried(face: Face, before: np.ndarray, after: np.ndarray) -> Face:
    """A face after its points have moved, by the similarity that fits them best.

    The box moves with its centre and grows with the scale; it does not turn. Points
    that all coincide tell nothing: the face stays.

    Args:
        face: Where it was.
        before: Its points then, [K,2].
        after: Its points now, [K,2].

    Raises:
        ValueError: If a point is not finite.
    """
    if np.ptp(before, axis=0).max() == 0:
        return face
    matrix = estimate_similarity(before, after)
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    centre = transform_points(matrix, _centre(face.box))
    half = scale * (face.box[2:] - face.box[:2]) / 2
    five = None if face.points is None else transform_points(matrix, face.points)
    return Face(np.concatenate([centre - half, centre + half]), face.score, five)


def pair(
    boxes: Sequence[np.ndarray], others: Sequence[np.ndarray], least: float
) -> dict[int, int]:
    """Boxes by their number to the others that overlap them, best pairs first.

    Args:
        boxes: [4] each.
        others: [4] each.
        least: Intersection over union of a pair.
    """
    if not len(boxes) or not len(others):
        return {}
    table = np.stack([overlaps(box, np.stack(others)) for box in boxes])
    pairs: dict[int, int] = {}
    for flat in np.argsort(-table, axis=None).tolist():
        i, j = divmod(flat, len(others))
        if table[i, j] < least:
            break
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


class FaceTracker:
    """Faces of a video by identity; sees its frames one after another.

    Args:
        patience: Seconds for which a face that is not detected keeps its id.

    Attributes:
        live: The faces of the frame.
    """

    def __init__(self, patience: float) -> None:
        self.live: list[Track] = []
        self._lost: list[Track] = []
        self._patience = patience
        self._count = 0

    def expected(self, time: float) -> list[Face]:
        """Where the live faces should be at a time, if they keep their speed."""
        faces = []
        for track in self.live:
            shift = track.speed * (time - track.time)
            five = track.face.points
            five = None if five is None else five + shift
            box = track.face.box + np.tile(shift, 2)
            faces.append(Face(box, track.face.score, five))
        return faces

    def detected(self, faces: Sequence[Face], time: float) -> list[Face]:
        """Assign ids to the detected faces of a frame.

        A face that was followed and is not detected stays live until :meth:`found`
        looks at its points.

        Args:
            faces: Of the detector.
            time: Seconds of the video.

        Returns:
            Where the live faces are now, the detected ones first.
        """
        expected = self.expected(time)
        boxes = [face.box for face in faces]
        pairs = pair([face.box for face in expected], boxes, MATCH)
        known = {j: self.live[i] for i, j in pairs.items()}
        known |= self._again(
            {j: f for j, f in enumerate(faces) if j not in known}, time
        )
        rest = [i for i in range(len(self.live)) if i not in pairs]
        for i in rest:
            if self.live[i].missed is None:
                self.live[i].missed = time
        tracks = []
        for j, face in enumerate(faces):
            track = known.get(j)
            if track is None:
                self._count += 1
                track = Track(self._count, face, time, Anchor(face, time))
            track.face, track.anchor, track.missed = face, Anchor(face, time), None
            tracks.append(track)
        self.live = tracks + [self.live[i] for i in rest]
        return [*faces, *(expected[i] for i in rest)]

    def doubtful(self, points: np.ndarray, scores: np.ndarray) -> bool:
        """Whether what was found of the live faces asks for a detection.

        Points that are not trusted any more, a size that leaps, two faces that became
        one.

        Args:
            points: [F,K,2].
            scores: [F,K].
        """
        faces = []
        for track, of_face, confidence in zip(self.live, points, scores.mean(axis=1)):
            if confidence < CONFIDENCE * track.anchor.confidence:
                return True
            faces.append(_moved(track, of_face))
            ratio = side(faces[-1].box) / side(track.anchor.face.box)
            if not 1 / GROWTH < ratio < GROWTH:
                return True
        return any(
            _on_one_of(face.box, [other.box for other in faces[:i]])
            for i, face in enumerate(faces)
        )

    def found(self, points: np.ndarray, scores: np.ndarray, time: float) -> list[bool]:
        """Take what the network found of the live faces.

        Faces that the detector missed are lost where their points are doubtful, where
        they lie on another face, or after a time.

        Args:
            points: [F,K,2].
            scores: [F,K].
            time: Seconds of the video.

        Returns:
            Of each face, whether it is live still.
        """
        for track, of_face, mean in zip(self.live, points, scores.mean(axis=1)):
            if track.anchor.points is None:  # detected in this frame
                track.anchor.points, track.anchor.confidence = of_face, float(mean)
            track.place(_moved(track, of_face), of_face.mean(axis=0), time)
        kept: list[bool] = []
        for i, track in enumerate(self.live):
            others = [t.face.box for t, keep in zip(self.live, kept) if keep]
            kept.append(
                track.missed is None
                or (
                    time - track.missed <= self._patience
                    and scores[i].mean() >= CONFIDENCE * track.anchor.confidence
                    and not _on_one_of(track.face.box, others)
                )
            )
        self._keep(kept, time)
        return kept

    def lose_missed(self, time: float) -> list[bool]:
        """Lose the faces that the detector missed, where there are no points to follow.

        Args:
            time: Seconds of the video.

        Returns:
            Of each face, whether it is live still.
        """
        for track in self.live:
            track.place(track.face, _centre(track.face.box), time)
        kept = [track.missed is None for track in self.live]
        self._keep(kept, time)
        return kept

    def cut(self) -> None:
        """Forget all faces: what follows shows something else."""
        self.live, self._lost = [], []

    def _keep(self, kept: Sequence[bool], time: float) -> None:
        self._lost += [track for track, keep in zip(self.live, kept) if not keep]
        self._lost = [t for t in self._lost if time - t.time <= self._patience]
        self.live = [track for track, keep in zip(self.live, kept) if keep]

    def _again(self, faces: dict[int, Face], time: float) -> dict[int, Track]:
        """Lost faces that are back, by the number of their detection."""
        back: dict[int, Track] = {}
        for j, face in faces.items():
            near = []
            for track in self._lost:
                size = side(track.anchor.face.box)
                away = np.linalg.norm(_centre(face.box) - track.anchor.ahead(time))
                if away < REACH * size and 1 / GROWTH < side(face.box) / size < GROWTH:
                    near.append((away / size, track))
            if near:
                back[j] = min(near, key=lambda each: each[0])[1]
                self._lost.remove(back[j])
        return back


def _moved(track: Track, points: np.ndarray) -> Face:
    """A track's face by the points that are found now."""
    return carried(track.anchor.face, track.anchor.points, points)


def _on_one_of(box: np.ndarray, others: list[np.ndarray]) -> bool:
    """Whether a box is about the same as another."""
    return bool(others) and overlaps(box, np.stack(others)).max() > SAME


def _centre(box: np.ndarray) -> np.ndarray:
    return (box[:2] + box[2:]) / 2
