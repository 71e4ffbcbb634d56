"""A packet's folder, from the disk or from a zip, to its files and their texts. Knows no database.

`read_folder` and `read_zip` answer the same `Folder`. Neither raises for what it finds: each fault is a
problem with its place and its remedy, and what is good is read all the same.
"""

from phases.folders.disk import read_folder
from phases.folders.names import is_work_breakdown
from phases.folders.shapes import Folder, FolderFile, FolderProblem, Limits
from phases.folders.texts import is_text
from phases.folders.zips import read_zip

__all__ = [
    "Folder",
    "FolderFile",
    "FolderProblem",
    "Limits",
    "is_text",
    "is_work_breakdown",
    "read_folder",
    "read_zip",
]
