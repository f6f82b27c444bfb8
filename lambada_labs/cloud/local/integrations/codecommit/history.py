"""The commits and branches of one repository, as far as CodeCommit's API makes them: no Git behind it.

Ids are hashes of what a commit holds, forty digits long, but not those that Git would give. Source: AWS
CodeCommit API reference, CreateCommit, PutFile, CreateBranch, DeleteBranch.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.integrations.codecommit.event import BRANCH, Reference

NO_CHANGE = (
    "The commit cannot be created because no changes will be made to the repository as a result of this commit. A "
    "commit must contain at least one change."
)
NO_PARENT = (
    "A parent commit ID is required. To view the full commit ID of a branch in a repository, use GetBranch."
)
OLD_PARENT = "The parent commit ID is not the current tip of the branch {branch}."
BRANCH_EXISTS = (
    "Cannot create the branch with the specified name because a branch named {branch} exists already."
)
NO_BRANCH, NO_COMMIT = "The branch {branch} does not exist.", "The commit {commit} does not exist."
DEFAULT = "The specified branch is the default branch for the repository, and cannot be deleted."


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit; `files` are all of its tree, path → hash of the content."""

    id: str
    tree_id: str
    parents: tuple[str, ...]
    files: Mapping[str, str]
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a commit does to the files of a branch."""

    branch: str
    parent: str = ""
    put: Mapping[str, bytes] = field(default_factory=dict)
    deleted: Sequence[str] = ()
    message: str = ""


class History:
    """A repository's branches and commits. Its first branch is the default one."""

    def __init__(self) -> None:
        self._commits: dict[str, Commit] = {}
        self.branches: dict[str, str] = {}

    @property
    def newest(self) -> Commit | None:
        """The commit made last, None in an empty repository."""
        return next(reversed(self._commits.values()), None)

    def commit(self, change: Change) -> tuple[Commit, Reference]:
        """Make a commit; what it does to its branch. AwsError: it cannot be made."""
        before = self._parent(change)
        files = dict(before.files) if before else {}
        files |= {path: digest(content) for path, content in change.put.items()}
        for path in change.deleted:
            files.pop(path, None)
        if files == (dict(before.files) if before else {}):
            raise AwsError("NoChangeException", NO_CHANGE)
        parents = (before.id,) if before else ()
        tree_id = digest(files)
        made = Commit(
            id=digest([tree_id, parents, change.message, len(self._commits)]),
            tree_id=tree_id,
            parents=parents,
            files=files,
            message=change.message,
        )
        new = change.branch not in self.branches
        self._commits[made.id] = made
        self.branches[change.branch] = made.id
        return made, Reference(
            ref=BRANCH + change.branch,
            commit=made.id,
            change="createReference" if new else "updateReference",
        )

    def create(self, branch: str, commit_id: str) -> Reference:
        """Make a branch that begins at a commit."""
        if branch in self.branches:
            raise AwsError("BranchNameExistsException", BRANCH_EXISTS.format(branch=branch))
        self.found(commit_id)
        self.branches[branch] = commit_id
        return Reference(ref=BRANCH + branch, commit=commit_id, change="createReference")

    def delete(self, branch: str) -> Reference | None:
        """Take a branch away; None where there is none, which CodeCommit does not mind."""
        if branch == next(iter(self.branches), None):
            raise AwsError("DefaultBranchCannotBeDeletedException", DEFAULT)
        commit = self.branches.pop(branch, None)
        return Reference(ref=BRANCH + branch, commit=commit, change="deleteReference") if commit else None

    def tip(self, branch: str) -> str:
        """Where a branch points."""
        if branch not in self.branches:
            raise AwsError("BranchDoesNotExistException", NO_BRANCH.format(branch=branch))
        return self.branches[branch]

    def found(self, commit_id: str) -> Commit:
        """The commit of this id."""
        if commit_id not in self._commits:
            raise AwsError("CommitDoesNotExistException", NO_COMMIT.format(commit=commit_id))
        return self._commits[commit_id]

    def _parent(self, change: Change) -> Commit | None:
        """The commit that a change builds on; None for the first one of all."""
        tip = self.branches.get(change.branch)
        if tip is None:
            if self.branches:
                raise AwsError("BranchDoesNotExistException", NO_BRANCH.format(branch=change.branch))
            return None
        if not change.parent:
            raise AwsError("ParentCommitIdRequiredException", NO_PARENT)
        if change.parent != tip:
            raise AwsError("ParentCommitIdOutdatedException", OLD_PARENT.format(branch=change.branch))
        return self._commits[tip]


def digest(of: Any) -> str:
    """A hash as long as Git's."""
    data = of if isinstance(of, bytes) else json.dumps(of, sort_keys=True).encode()
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()
