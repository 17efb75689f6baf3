"""Unpacking a zip that a stranger made: sizes counted while reading, no path that leaves the folder, no links, no nesting.

Limits (promise X2): 100 MB packed, 2 GB and 100:1 unpacked, 1,000 entries.
"""

import errno
import lzma
import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from gridgov.errors import Refused, TooLarge

MAX_PACKED = 100 * 1024 * 1024
MAX_UNPACKED = 2 * 1024 * 1024 * 1024
MAX_ENTRIES = 1000
MAX_RATIO = 100
# Small texts of zeros pack better than any bomb worth the name: the ratio counts from here on.
RATIO_FREE = 10 * 1024 * 1024
CHUNK = 1 << 20
# What the standard library raises for a zip that is not as it should be; a negative offset ends as EINVAL.
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, EOFError, RuntimeError, ValueError)


def unpack(archive: Path, folder: Path) -> list[Path]:
    """The files unpacked below folder. Raises Refused for a path or entry that is not plain, TooLarge beyond the limits."""
    if archive.stat().st_size > MAX_PACKED:
        raise TooLarge("the archive is larger than 100 MB", "压缩包超过 100 MB")
    budget = min(MAX_UNPACKED, max(RATIO_FREE, MAX_RATIO * archive.stat().st_size))
    found: list[Path] = []
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = [entry for entry in opened.infolist() if not entry.is_dir()]
            if len(entries) > MAX_ENTRIES:
                raise TooLarge(f"the archive has more than {MAX_ENTRIES} entries", f"压缩包内文件超过 {MAX_ENTRIES} 个")
            for entry in entries:
                target = folder / safe_path(entry)
                if target in found:
                    raise Refused(f"the archive holds two files named {target.name}", f"压缩包内有同名文件：{target.name}")
                budget = _extract(opened, entry, target, budget)
                found.append(target)
    except (*BROKEN, OSError) as broken:
        if isinstance(broken, OSError) and broken.errno != errno.EINVAL:
            raise
        raise Refused("the archive is broken, encrypted or packed in an unknown way", "压缩包已损坏、已加密或压缩方式不支持") from broken
    return found


def safe_path(entry: zipfile.ZipInfo) -> PurePosixPath:
    """The entry's relative path. Absolute paths, `..`, drives, backslashes, control characters and links are refused."""
    name = _name(entry)
    path = PurePosixPath(name)
    bad = "\\" in name or ":" in name or path.is_absolute() or ".." in path.parts or not path.parts or not name.isprintable()
    mode = entry.external_attr >> 16
    if bad or (stat.S_IFMT(mode) not in (0, stat.S_IFREG)) or len(name) > 500 or len(path.parts) > 8:
        raise Refused(f"the archive holds an entry that leaves its folder or is no plain file: {name!r}", f"压缩包内有越界路径或非普通文件：{name!r}")
    return path


def _name(entry: zipfile.ZipInfo) -> str:
    """The name; without the UTF-8 flag Chinese archivers mean GBK where Python reads code page 437."""
    name = entry.orig_filename
    if entry.flag_bits & 0x800 or name.isascii():
        return name
    raw = name.encode("cp437")
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return name


def _extract(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, budget: int) -> int:
    """What is left of the budget after writing the entry; counted while reading, the header may lie."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with opened.open(entry) as source, target.open("xb") as sink:
        while part := source.read(CHUNK):
            budget -= len(part)
            if budget < 0:
                raise TooLarge("the archive unpacks to far more than it holds (over 100:1 or 2 GB)", "压缩包解压后过大（超过 100:1 或 2 GB）")
            sink.write(part)
    return budget
