"""Turns a PostgreSQL error into a gridgov error, by SQLSTATE and constraint name, in this one place.

The server's own message and DETAIL never leave: DETAIL contains the row.
"""

import psycopg

from gridgov.errors import (
    AlreadyInForce,
    Conflict,
    DatabaseAway,
    GridgovError,
    InvalidGeometry,
    Refused,
    SetupError,
)

# Raised by the trigger that keeps what was published (migrations).
PUBLISHED = "GG001"

_AWAY = DatabaseAway("The database is not reachable; try again in a few seconds.", "数据库暂不可用，请稍后再试。")

_CONSTRAINTS: dict[str, GridgovError] = {
    "cell_one_version_a_day": AlreadyInForce("A version of one of these cells is already in force on one of these days.", "其中有网格在所给日期已有生效版本。"),
    "assignment_once_a_day": AlreadyInForce(
        "This person already holds this role in this cell on one of these days.", "该人员在所给日期已在该网格担任同一职责。"
    ),
    "duty_once_a_day": AlreadyInForce(
        "Another list of duties of this role and line was loaded meanwhile; load yours again.", "同一职责、条线的职责清单刚被他人载入，请重新载入。"
    ),
    "scheme_key_unique": Conflict("A scheme of this key exists already.", "该网格体系已存在。"),
    "layer_key_unique": Conflict("A layer of this key exists already.", "该图层已存在。"),
    "edition_layer_id_edition_unique": Conflict("This edition of the layer exists already.", "该图层的这一版次已存在。"),
    "edition_layer_id_effective_from_unique": AlreadyInForce(
        "Another edition of the layer comes into force on the same day.", "该图层已有另一版次在同一天生效。"
    ),
    "zone_edition_id_code_unique": Conflict("Two zones of the edition carry the same code.", "同一版次中有两个分区编码相同。"),
    "ruleset_key_unique": Conflict("An admission list of this key exists already.", "该准入清单已存在。"),
    "ruleset_edition_ruleset_id_edition_unique": Conflict("This edition of the admission list exists already.", "该准入清单的这一版次已存在。"),
    "ruleset_edition_ruleset_id_effective_from_unique": AlreadyInForce(
        "Another edition of the list comes into force on the same day.", "该准入清单已有另一版次在同一天生效。"
    ),
    "account_pkey": Conflict("An account of this name exists already.", "该账号已存在。"),
    "person_pkey": Conflict("A person of this id exists already.", "该人员编号已存在。"),
}

_LOG_IN = SetupError(
    "The database refused the log-in: check the password files or GRIDGOV_DATABASE_URL.", "数据库拒绝登录，请检查密码文件或 GRIDGOV_DATABASE_URL。"
)
_OLD = SetupError("The database is not set up or out of date: run `gridgov up`.", "数据库尚未建立或版本过旧，请运行 gridgov up。")
_LATE = Conflict("Another change came first; load the present state and try again.", "其他改动已先行提交，请重新载入后再试。")
_STATES: dict[str, GridgovError] = {
    PUBLISHED: Conflict("What was published is never overwritten: close it and open another version.", "已发布的内容不得改写：应先终止旧版本，再建立新版本。"),
    "40001": _LATE,
    "40P01": _LATE,
    "55P03": DatabaseAway("Another change is being made at this moment; try again in a few seconds.", "另一项改动正在进行，请稍后再试。"),
    "57014": DatabaseAway("The database took too long and was stopped; try again later.", "数据库处理超时，已中止，请稍后再试。"),
    "42501": SetupError("The database role lacks a right that gridgov needs.", "数据库角色缺少所需权限。"),
    "42P01": _OLD,
    "3F000": _OLD,
    "3D000": SetupError("The database does not exist: run `gridgov up`.", "数据库不存在，请运行 gridgov up。"),
    "28P01": _LOG_IN,
    "28000": _LOG_IN,
}


def translate(error: psycopg.Error) -> GridgovError:
    """The gridgov error that says to a user what the database refused; `internal` when it is a defect of ours."""
    state = error.sqlstate or ""
    constraint = error.diag.constraint_name or ""
    if constraint in _CONSTRAINTS:
        return _copy(_CONSTRAINTS[constraint])
    if state.startswith("23"):
        return _broken_constraint(state, constraint)
    return _by_state(state, error)


def _broken_constraint(state: str, constraint: str) -> GridgovError:
    if state == "23514" and constraint.endswith(("_valid", "_not_empty", "_in_world")):
        return InvalidGeometry(
            "A geometry is not valid, is empty or lies outside the world; nothing was stored.", "图形无效、为空或超出经纬度范围，未写入任何内容。"
        )
    if state in ("23505", "23P01"):
        return Conflict(f"This exists already ({constraint}).", f"内容已存在（{constraint}）。")
    if state == "23503":
        return Conflict(f"Something this refers to does not exist, or is still referred to ({constraint}).", f"引用的内容不存在或仍被引用（{constraint}）。")
    return Refused(f"A value is outside what is allowed ({constraint or 'required'}).", f"取值不符合要求（{constraint or '必填'}）。")


def _by_state(state: str, error: psycopg.Error) -> GridgovError:
    if state in _STATES:
        return _copy(_STATES[state])
    if state[:2] == "22" or (not state and isinstance(error, psycopg.DataError)):
        return Refused("A value cannot be stored: out of range, or a character that text may not contain.", "有数值超出范围，或文字中含有不允许的字符。")
    if state[:2] in ("08", "53", "57", "58") or (not state and isinstance(error, psycopg.OperationalError)):
        return _copy(_AWAY)
    return GridgovError("Internal error; nothing was stored.", "系统内部错误，未写入任何内容。")


def _copy(error: GridgovError) -> GridgovError:
    return type(error)(error.en, error.zh)
