"""`assign`, `people duties` and `user add`: who is in charge of a cell, with which duties, and who may sign in."""

import re
import sys
from collections.abc import Mapping
from datetime import date
from getpass import getpass
from pathlib import Path
from typing import Annotated, Any

import typer

from gridgov.admission.rulefile_source import read_yaml
from gridgov.cli.output import emit
from gridgov.cli.session import actor, open_database
from gridgov.errors import BadRules, Fault, Refused, UsageError
from gridgov.people import duty_service, service
from gridgov.people.account import Account
from gridgov.people.assignment import Assignment, AssignmentRequest
from gridgov.people.duty import DutyList, duty_lists
from gridgov.settings import load_settings

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Sample = Annotated[bool, typer.Option("--sample", help="Work on the sample's database.")]


def register(app: typer.Typer) -> None:
    """Adds `assign`, `people duties` and `user add`."""
    app.command("assign")(assign)
    people = typer.Typer(no_args_is_help=True, help="People in charge and their duties. 责任人与职责")
    people.command("duties")(load_duties)
    app.add_typer(people, name="people")
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
    person: Annotated[str | None, typer.Option("--person", metavar="ID", help="The person in charge who signs in with it.")] = None,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Open an account; the password is asked for, or read as one line from stdin."""
    password = _read_password()
    database = open_database(sample)
    try:
        with database.unit_of_work(actor()) as uow:
            account = service.add_user(uow, username, password, role=role, cell=cell, person=person, on=load_settings().today())
    finally:
        database.close()
    emit(_account_document(account), as_json, _print_account)


def load_duties(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML with lists of duties by role and line.", dir_okay=False, exists=True)],
    *,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Load lists of duties; one takes the place of what was known for its role, line and level on its days."""
    lists = read_duties(file)
    database = open_database(sample)
    try:
        with database.unit_of_work(actor()) as uow:
            report = duty_service.load_duties(uow, lists, source=file.name)
    finally:
        database.close()
    emit(report, as_json, _print_duties)


def read_duties(file: Path) -> list[DutyList]:
    """The lists of a YAML file. Raises Refused, each fault with its line."""
    try:
        source = read_yaml(file.read_bytes(), name=file.name)
    except BadRules as exc:
        raise Refused(exc.en, exc.zh, faults=exc.faults) from exc
    try:
        return duty_lists(source.plain)
    except Refused as exc:
        raise Refused(exc.en, exc.zh, faults=[source.places.fault(fault.pointer, fault.en, fault.zh) for fault in exc.faults]) from exc


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
    return {"username": account.username, "role": account.role, "cell": account.cell, "person": account.person}


def _print_account(document: Mapping[str, Any]) -> None:
    chinese = load_settings().language == "zh"
    typer.echo(f"已开通账号 {document['username']}（{document['role']}）。" if chinese else f"Account {document['username']} ({document['role']}) is open.")


def _print_duties(report: Mapping[str, Any]) -> None:
    if load_settings().language == "zh":
        typer.echo(f"已载入 {report['lists']} 份职责清单，共 {report['duties']} 条；{report['unchanged']} 份与现有内容相同。")
    else:
        typer.echo(f"Loaded {report['lists']} lists with {report['duties']} duties; {report['unchanged']} were known as they are.")
