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


class Post(BaseModel):
    """What oneself holds of a cell."""

    role: str
    line: str
    from_: str = Field(alias="from")
    to: str | None
    stand_in: bool
    stand_in_for: PersonInCharge | None
    mandate: str | None


class DutyCitation(BaseModel):
    """Where a duty is written; an `example` was not read at its source."""

    instrument: str
    article: str | None
    status: Literal["example", "confirmed"]


class Duty(BaseModel):
    """A duty that goes with a role in a line."""

    role: str
    line: str
    text: str
    citation: DutyCitation


class OtherCell(BaseModel):
    """A cell beside or above, and who answers for it."""

    level: str
    code: str
    name: str
    responsible: list[Responsible]


class ZoneThere(BaseModel):
    """A zone with ground in the cell. Figures to three significant digits where only its name may be known."""

    layer: str
    title: str
    kind: str
    edition: str
    disclosure: Literal["public", "named", "restricted"]
    code: str
    name: str
    attributes: dict[str, Any]
    area_m2: str = Field(description="In the cell.")
    share: str = Field(description="Of the cell.")


class UnknownLayer(BaseModel):
    """A layer of which not everything is known in the cell."""

    layer: str
    title: str
    reason: Literal["no-edition", "coverage-unknown", "uncovered"]


class MyCell(BaseModel):
    """One of one's cells."""

    scheme: str
    level: str
    code: str
    name: str
    area_m2: str
    bbox: tuple[float, float, float, float]
    point: tuple[float, float]
    own: list[Post] = Field(description="What oneself holds; empty = the account is bound to the cell, or to one above it.")
    responsible: list[Responsible] = Field(description="Everybody who answers for the cell.")
    duties: list[Duty]
    neighbours: list[OtherCell] = Field(description="Of the same level, the longest common border first.")
    above: list[OtherCell] = Field(description="Top level first.")
    zones: list[ZoneThere] = Field(description="By layer, the largest part first.")
    unknown: list[UnknownLayer]
    missing: list[Literal["people", "duties", "zones"]] = Field(description="Nobody answers; a role without duties; layers not fully known here.")


class GoneCell(BaseModel):
    """A cell held that is not in force on the day."""

    scheme: str
    code: str


class Me(BaseModel):
    """Oneself and one's cells on a day."""

    on: str
    username: str
    role: RoleName
    cell: str | None
    person: PersonInCharge | None
    basis: Literal["person", "cell", "none"] = Field(
        description="Why these cells: held by the account's person; the account's own cell and those below; the account has neither."
    )
    cells: list[MyCell]
    more: int = Field(description="Cells left out beyond 60.")
    gone: list[GoneCell]
