"""`assign` and `user add`: who is in charge of a cell, and who may sign in."""

import re
import sys
from collections.abc import Mapping
from datetime import date
from getpass import getpass
from typing import Annotated, Any

import typer

from gridgov.cli.output import emit
from gridgov.cli.session import actor, open_database
from gridgov.errors import Fault, UsageError
from gridgov.people import service
from gridgov.people.account import Account
from gridgov.people.assignment import Assignment, AssignmentRequest
from gridgov.settings import load_settings

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Sample = Annotated[bool, typer.Option("--sample", help="Work on the sample's database.")]


def register(app: typer.Typer) -> None:
    """Adds `assign` and `user add`."""
    app.command("assign")(assign)
    user = typer.Typer(no_args_is_help=True, help="Accounts for signing in.")
    user.command("add")(add_user)
    app.add_typer(user, name="user")


def assign(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Code of the cell.")],
    *,
    person: Annotated[str, typer.Option("--person", metavar="ID", help="Id of the person; recorded when not known yet.")],
    role: Annotated[str, typer.Option("--role", help="Role in the cell, e.g. inspector, 网格长.")],
    line: Annotated[str, typer.Option("--line", help="Line of duty, e.g. environment.")],
    first_day: Annotated[str, typer.Option("--from", metavar="DAY", help="First day in charge, YYYY-MM-DD.")],
    end_day: Annotated[str | None, typer.Option("--to", metavar="DAY", help="First day no longer in charge; left out: until further notice.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Name of a person not known yet; the id when left out.")] = None,
    stand_in_for: Annotated[str | None, typer.Option("--stand-in-for", metavar="ID", help="The person deputised for.")] = None,
    mandate: Annotated[str | None, typer.Option("--mandate", help="What the assignment rests on.")] = None,
    scheme: Annotated[str | None, typer.Option("--scheme", metavar="KEY", help="Grid scheme; may be left out when there is one.")] = None,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Put a person in charge of a cell."""
    request = AssignmentRequest(
        cell=code,
        person=person,
        role=role,
        line=line,
        first_day=_day(first_day, "--from"),
        end_day=None if end_day is None else _day(end_day, "--to"),
        person_name=name,
        stand_in_for=stand_in_for,
        mandate=mandate,
    )
    database = open_database(sample)
    try:
        with database.unit_of_work(actor()) as uow:
            recorded = service.assign(uow, request, scheme=scheme)
    finally:
        database.close()
    emit(_assignment_document(recorded), as_json, _print_assignment)


def add_user(
    username: Annotated[str, typer.Argument(metavar="NAME", help="Name to sign in with.")],
    *,
    role: Annotated[str, typer.Option("--role", help="inspector, planner, supervisor or admin.")],
    cell: Annotated[str | None, typer.Option("--cell", metavar="CODE", help="The cell the account is bound to.")] = None,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Open an account; the password is asked for, or read as one line from stdin."""
    password = _read_password()
    database = open_database(sample)
    try:
        with database.unit_of_work(actor()) as uow:
            account = service.add_user(uow, username, password, role=role, cell=cell, on=load_settings().today())
    finally:
        database.close()
    emit(_account_document(account), as_json, _print_account)


def _day(text: str, option: str) -> date:
    try:
        if not _ISO_DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as exc:
        raise UsageError(
            f"{option}: {text!r} is not a day; write it as 2026-11-22.",
            f"{option}：“{text}”不是有效日期，请写成 2026-11-22 的形式。",
            faults=[Fault(option, "not a day (YYYY-MM-DD)", "不是有效日期（年-月-日）")],
        ) from exc


def _read_password() -> str:
    """From the terminal unseen and twice, or the first line of stdin; never from the arguments, which other users of the machine can see."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass("密码 / Password: ")
    if getpass("再次输入 / Again: ") != first:
        raise UsageError("The two passwords differ; start again.", "两次输入的密码不一致，请重新执行。")
    return first


def _assignment_document(recorded: Assignment) -> dict[str, Any]:
    return {
        "id": recorded.assignment_id,
        "scheme": recorded.scheme,
        "cell": recorded.cell,
        "person": {"id": recorded.person, "name": recorded.person_name},
        "role": recorded.role,
        "line": recorded.line,
        "from": recorded.first_day.isoformat(),
        "to": None if recorded.end_day is None else recorded.end_day.isoformat(),
        "stand_in": recorded.stand_in_for is not None,
        "stand_in_for": recorded.stand_in_for,
        "mandate": recorded.mandate,
    }


def _print_assignment(document: Mapping[str, Any]) -> None:
    person, chinese = document["person"], load_settings().language == "zh"
    who = person["id"] if person["name"] == person["id"] else f"{person['name']} ({person['id']})"
    first, end = document["from"], document["to"]
    if chinese:
        until = f"至 {end} 前止" if end else "止期另行通知"
        typer.echo(f"已登记：{who} 任 {document['cell']} 的 {document['role']}（{document['line']}），自 {first} 起，{until}。")
    else:
        until = f"until before {end}" if end else "until further notice"
        typer.echo(f"Recorded: {who} is {document['role']} ({document['line']}) of {document['cell']} from {first} {until}.")


def _account_document(account: Account) -> dict[str, Any]:
    return {"username": account.username, "role": account.role, "cell": account.cell}


def _print_account(document: Mapping[str, Any]) -> None:
    chinese = load_settings().language == "zh"
    typer.echo(f"已开通账号 {document['username']}（{document['role']}）。" if chinese else f"Account {document['username']} ({document['role']}) is open.")
