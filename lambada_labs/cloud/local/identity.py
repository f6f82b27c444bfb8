"""The keys this cloud knows: its random root key, those of its IAM, and the sessions it gave out."""

from __future__ import annotations

import secrets
import string
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from lambada_labs.cloud.local.message import Principal, PrincipalKind
from lambada_labs.model import FunctionConfig

LETTERS = string.ascii_uppercase + "234567"
SECRET_LETTERS = string.ascii_letters + string.digits
DEFAULT_ACCOUNT = "123456789012"  # the one in AWS's own examples, and moto's default


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A pair of keys and whom it speaks for; `expires_at` (epoch seconds) and `token` only for sessions."""

    access_key_id: str
    secret: str
    principal: Principal
    token: str | None = None
    expires_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A long-term key of an IAM user, as IAM has it this moment."""

    access_key_id: str
    secret: str
    active: bool
    user_arn: str
    user_id: str


class Directory(Protocol):
    """What identity asks IAM, at every request: never remembered, so that a change binds the next one."""

    def access_key(self, access_key_id: str) -> IssuedKey | None:
        """The key of this id, or None."""
        ...

    def role_id(self, role_arn: str) -> str | None:
        """The unique id (`AROA…`) of a role, or None."""
        ...


class Identity:
    """Looks keys up and gives sessions out. Safe to call from any thread."""

    def __init__(
        self,
        *,
        account_id: str,
        access_key_id: str,
        secret: str,
        directory: Directory,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.account_id = account_id
        self._directory, self._clock = directory, clock
        self._lock = threading.Lock()
        self._sessions: dict[str, Key] = {}
        self._environments: dict[str, str] = {}
        root = Principal(
            arn=f"arn:aws:iam::{account_id}:root",
            account_id=account_id,
            kind="root",
            access_key_id=access_key_id,
            user_id=account_id,
        )
        self._root = Key(access_key_id=access_key_id, secret=secret, principal=root)

    def find(self, access_key_id: str) -> Key | None:
        """The key with this id, expired or not; None for unknown, deleted and inactive ones."""
        if access_key_id == self._root.access_key_id:
            return self._root
        session = self._sessions.get(access_key_id)
        if session is not None:
            return session
        issued = self._directory.access_key(access_key_id)
        return self._user_key(issued) if issued and issued.active else None

    def expired(self, key: Key) -> bool:
        """Whether the session is over."""
        return key.expires_at is not None and key.expires_at <= self._clock()

    def assume(self, role_arn: str, session_name: str, *, role_id: str, duration_s: int) -> Key:
        """Credentials of a role session, as AssumeRole hands them out."""
        return self._session(
            arn=_session_arn(role_arn, session_name),
            user_id=f"{role_id}:{session_name}",
            kind="role-session",
            duration_s=duration_s,
        )

    def session_for(self, principal: Principal, *, duration_s: int) -> Key:
        """Temporary credentials of the same user or root, as GetSessionToken hands them out."""
        return self._session(
            arn=principal.arn, user_id=principal.user_id, kind=principal.kind, duration_s=duration_s
        )

    def issue_function_session(self, function: FunctionConfig, environment_id: str) -> Mapping[str, str]:
        """The execution role's credentials for one execution environment, as environment variables.

        They work until `revoke`: AWS renews environments before their keys end.
        """
        role_id = self._directory.role_id(function.role_arn) or new_id("AROA", 17)
        key = self._session(
            arn=_session_arn(function.role_arn, function.name),
            user_id=f"{role_id}:{function.name}",
            kind="role-session",
            duration_s=None,
            function=function,
            environment_id=environment_id,
        )
        with self._lock:
            self._environments[environment_id] = key.access_key_id
        return {
            "AWS_ACCESS_KEY_ID": key.access_key_id,
            "AWS_SECRET_ACCESS_KEY": key.secret,
            "AWS_SESSION_TOKEN": key.token or "",
        }

    def revoke(self, environment_id: str) -> None:
        """The environment is gone: its keys stop working at once."""
        with self._lock:
            self._sessions.pop(self._environments.pop(environment_id, ""), None)

    def _user_key(self, issued: IssuedKey) -> Key:
        principal = Principal(
            arn=issued.user_arn,
            account_id=self.account_id,
            kind="user",
            access_key_id=issued.access_key_id,
            user_id=issued.user_id,
        )
        return Key(access_key_id=issued.access_key_id, secret=issued.secret, principal=principal)

    def _session(
        self,
        *,
        arn: str,
        user_id: str,
        kind: PrincipalKind,
        duration_s: int | None,
        function: FunctionConfig | None = None,
        environment_id: str | None = None,
    ) -> Key:
        access_key_id = new_id("ASIA", 16)
        principal = Principal(
            arn=arn,
            account_id=self.account_id,
            kind=kind,
            access_key_id=access_key_id,
            user_id=user_id,
            function=function,
            environment_id=environment_id,
        )
        key = Key(
            access_key_id=access_key_id,
            secret=new_secret(),
            principal=principal,
            token=secrets.token_urlsafe(96),
            expires_at=None if duration_s is None else self._clock() + duration_s,
        )
        self._remember(key)
        return key

    def _remember(self, key: Key) -> None:
        with self._lock:
            stale = [name for name, old in self._sessions.items() if self._long_over(old)]
            for name in stale:
                del self._sessions[name]
            self._sessions[key.access_key_id] = key

    def _long_over(self, key: Key) -> bool:
        # Kept for a day after the end, so that callers hear "expired" and not "unknown".
        return key.expires_at is not None and key.expires_at + 24 * 3600 < self._clock()


def new_id(prefix: str, length: int) -> str:
    """An unguessable identifier in AWS's alphabet, `length` letters after the prefix."""
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(length))


def new_secret() -> str:
    """Forty random letters, as long as AWS's secrets are."""
    return "".join(secrets.choice(SECRET_LETTERS) for _ in range(40))


def _session_arn(role_arn: str, session_name: str) -> str:
    """`arn:aws:sts::…:assumed-role/NAME/session`: the role's path is left out, as on AWS."""
    prefix, _, path = role_arn.partition(":role/")
    return f"{prefix.replace(':iam:', ':sts:')}:assumed-role/{path.rsplit('/', 1)[-1]}/{session_name}"
