"""Words in addresses."""

from __future__ import annotations

from inbox.folders import Folder


class FolderConverter:
    """A folder by its word; any other word is no address of ours."""

    regex = "|".join(Folder.values)

    def to_python(self, value: str) -> Folder:
        return Folder(value)

    def to_url(self, value: str) -> str:
        return str(Folder(value).value)
