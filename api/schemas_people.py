"""The shapes of accounts, API tokens, people in charge and an inspector's cells in the OpenAPI document; the bodies of small requests."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import PersonInCharge, Responsible

RoleName = Literal["inspector", "planner", "supervisor", "admin"]


def _no_default(schema: dict[str, Any]) -> None:
    """What is left out of a change stays as it is: there is no default to show."""
    schema.pop("default", None)


_STRICT = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class NewUserBody(BaseModel):
    """An account to open."""

    model_config = _STRICT

    username: str = Field(min_length=1, max_length=256, examples=["wang-jg"])
    role: str = Field(min_length=1, max_length=64, description="inspector, planner, supervisor or admin.", examples=["inspector"])
    cell: str | None = Field(default=None, max_length=256, description="Code of the cell the account is bound to; null = the whole territory.")
    person: str | None = Field(default=None, max_length=256, description="Id of the person in charge who signs in here.")
    password: str = Field(min_length=1, max_length=1024)


class UserChanges(BaseModel):
    """What changes of an account; what is left out stays. Another role or password, or disabling, signs it out everywhere."""

    model_config = _STRICT

    role: str = Field(default="", min_length=1, max_length=64, json_schema_extra=_no_default)
    cell: str | None = Field(default=None, max_length=256, description="null = the whole territory.", json_schema_extra=_no_default)
    person: str | None = Field(default=None, max_length=256, description="null = nobody in charge.", json_schema_extra=_no_default)
    disabled: bool = Field(default=False, json_schema_extra=_no_default)
    password: str = Field(default="", min_length=1, max_length=1024, json_schema_extra=_no_default)


class User(BaseModel):
    """An account as administrators see it; never a password, a token or a hash of one."""

    username: str
    role: RoleName
    cell: str | None
    person: PersonInCharge | None
    disabled: bool
    disabled_at: str | None
    created_at: str
    password_changed_at: str
    locked_until: str | None = Field(description="Until when no password is looked at after ten wrong ones; null = not locked.")
    sessions: int = Field(description="Sessions that run.")
    tokens: int = Field(description="API tokens that run.")
    sample: bool = Field(description="The password is public: an account of the sample.")


USER_EXAMPLE: dict[str, Any] = {"username": "wang-jg", "role": "inspector", "cell": "330802101", "person": "wang-jg", "password": "three words and a river"}


class UserList(BaseModel):
    """Accounts, names in byte order."""

    items: list[User]
    next: str | None


class PasswordBody(BaseModel):
    """The old and the new password."""

    model_config = _STRICT

    old: str = Field(min_length=1, max_length=1024)
    new: str = Field(min_length=1, max_length=1024)


class TokenBody(BaseModel):
    """A token to make."""

    model_config = _STRICT

    name: str = Field(min_length=1, max_length=256, examples=["月报脚本"])
    days: int = Field(default=90, ge=1, le=365, description="Days it lasts.")


class ApiToken(BaseModel):
    """An API token without its secret."""

    id: int
    name: str
    created_at: str
    expires_at: str
    last_used_at: str | None = Field(description="To the minute; null = never.")


class NewApiToken(BaseModel):
    """A new API token; `token` is told once. Programs send it as `Authorization: Bearer`."""

    id: int
    name: str
    expires_at: str
    token: str


class ApiTokenList(BaseModel):
    """One's own API tokens, newest first."""

    items: list[ApiToken]
    next: str | None


class Assignment(Responsible):
    """A person in charge of a cell on the day."""

    id: int
    scheme: str
    level: str | None
    cell_name: str | None = Field(description="null = the cell is not in force on the day.")


class AssignmentList(BaseModel):
    """Assignments in force on the day, by cell code."""

    items: list[Assignment]
    next: str | None
