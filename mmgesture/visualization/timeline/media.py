"""What is seen beside a timeline: a video in the page, pictures, a link."""
import base64
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

__all__ = ['Media']


@dataclass(frozen=True)
class Media:
    """Pictures of a video; at most one of the three kinds.

    Attributes:
        video (bytes, optional): A whole video file that browsers play.
        mime (str): Its kind, such as 'video/mp4'.
        href (str, optional): A video file beside the page, as a relative
            URL.
        offset (float): Time of the first frame on the file's own clock,
            seconds.
        jpegs (list[bytes]): Pictures instead of a video.
        times (list[float]): When they are shown, seconds, ascending.
        note (str): What the reader should know of it. Defaults to ''.

    Raises:
        ValueError: If there is more than one kind, or not a time for each
            picture.
    """

    video: Optional[bytes] = None
    mime: str = 'video/mp4'
    href: Optional[str] = None
    offset: float = 0.
    jpegs: List[bytes] = field(default_factory=list)
    times: List[float] = field(default_factory=list)
    note: str = ''

    def __post_init__(self) -> None:
        kinds = [self.video is not None, self.href is not None,
                 bool(self.jpegs)]
        if sum(kinds) > 1:
            raise ValueError('expected a video, a link or pictures, got more '
                             'than one of them')
        if len(self.jpegs) != len(self.times):
            raise ValueError('expected a time for each picture, got '
                             f'{len(self.times)} for {len(self.jpegs)}')

    @property
    def kind(self) -> str:
        """str: 'video', 'link', 'pictures' or 'none'."""
        if self.video is not None:
            return 'video'
        if self.href is not None:
            return 'link'
        return 'pictures' if self.jpegs else 'none'

    def base64(self) -> str:
        """The video as text; the page turns it into a file of its own.

        Returns:
            str: Base64, '' without a video.
        """
        return base64.b64encode(self.video or b'').decode()

    def to_dict(self) -> Dict[str, Any]:
        """All but the video, for JSON.

        Returns:
            dict: Plain types.
        """
        return dict(
            kind=self.kind,
            mime=self.mime,
            href=self.href,
            offset=round(self.offset, 6),
            times=[round(t, 3) for t in self.times],
            jpegs=[base64.b64encode(j).decode() for j in self.jpegs],
            note=self.note)
