"""How a guideline and what was decided with it are kept small: a ZIP file once for each guideline, and Decisions compressed with its own words."""

import io
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import zstandard

from engine import Guideline, load
from engine.inference.decide import Decider
from engine.language.guideline import covered, hash_of

LEVEL = 2
MOST = 64 * 1024 * 1024  # bytes a content may have when it is unpacked
_OLDEST = (1980, 1, 1, 0, 0, 0)  # every file of an archive has this time, so that equal guidelines are equal bytes


class ChangedMeanwhile(Exception):
    """The folder of a guideline holds something else than what was loaded from it."""

    def __init__(self) -> None:
        super().__init__("the files of the guideline were changed since it was loaded; load it again")


@dataclass(frozen=True)
class Packed:
    """A guideline as it is kept."""

    sha256: str
    name: str
    version: str
    archive: bytes
    dictionary: bytes

    @classmethod
    def of(cls, decider: Decider, guideline: Guideline) -> "Packed":
        """The files of a loaded guideline; raises ChangedMeanwhile when they are no longer those that were loaded."""
        files = covered(guideline.root)
        if hash_of(files) != guideline.sha256:
            raise ChangedMeanwhile
        empty = decider.decide({}, guideline.about.revised, "")
        words = zstandard.compress(decider.phrases() + empty, 12)
        return cls(guideline.sha256, guideline.id, guideline.version, _zip(files), words)


def _zip(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _OLDEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], compresslevel=9)
    return target.getvalue()


def loaded(archive: bytes, sha256: str) -> Guideline:
    """The guideline in an archive; raises ChangedMeanwhile when it is not the one with this hash, GuidelineError when it cannot be read."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(io.BytesIO(archive)) as opened:
                opened.extractall(Path(folder) / "guideline")
        except zipfile.BadZipFile:
            raise ChangedMeanwhile from None
        guideline = load(Path(folder) / "guideline")
    if guideline.sha256 != sha256:
        raise ChangedMeanwhile
    return guideline


@dataclass
class Packer:
    """Compresses and reads contents with the words of their guideline. Not for two threads at once."""

    _out: dict[bytes, zstandard.ZstdCompressor] = field(default_factory=dict)
    _in: dict[bytes, zstandard.ZstdDecompressor] = field(default_factory=dict)

    def knows(self, guideline: bytes | None) -> bool:
        """Was the dictionary of this guideline learned?"""
        return guideline is None or guideline in self._in

    def learn(self, guideline: bytes, dictionary: bytes) -> None:
        """Use this dictionary (compressed, as the store keeps it) for the contents of this guideline."""
        words = zstandard.ZstdCompressionDict(zstandard.decompress(dictionary), zstandard.DICT_TYPE_RAWCONTENT)
        words.precompute_compress(level=LEVEL)
        self._out[guideline] = zstandard.ZstdCompressor(LEVEL, dict_data=words)
        self._in[guideline] = zstandard.ZstdDecompressor(dict_data=words)

    def pack(self, contents: Sequence[tuple[bytes | None, bytes]]) -> list[bytes]:
        """Contents with their guidelines, compressed; those of one guideline in one call, so that other threads run meanwhile, once."""
        packed = [b""] * len(contents)
        for guideline in {one for one, _ in contents}:
            writer = zstandard.ZstdCompressor(LEVEL) if guideline is None else self._out[guideline]
            mine = [place for place, (one, _) in enumerate(contents) if one == guideline]
            found = writer.multi_compress_to_buffer([contents[place][1] for place in mine])
            for index, place in enumerate(mine):
                packed[place] = found[index].tobytes()
        return packed

    def unpack(self, guideline: bytes | None, packed: bytes) -> bytes:
        """The content; raises ValueError when it is damaged."""
        reader = zstandard.ZstdDecompressor() if guideline is None else self._in[guideline]
        try:
            return reader.decompress(packed, max_output_size=MOST)
        except zstandard.ZstdError:
            raise ValueError("the content is damaged") from None
