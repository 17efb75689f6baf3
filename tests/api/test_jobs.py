"""Jobs: told as they go on, cancelled, put back, taken over and given up; the effect comes once, whatever happens to workers."""

import json
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from api import batch_job
from api.job_work import Interrupted
from api.worker import Worker
from gridgov.database.pool import Database
from gridgov.errors import Refused
from gridgov.jobs import batch_store, service, store
from gridgov.jobs.job import MOST_ATTEMPTS, Ending, JobStopped
from gridgov.people import service as people_service
from tests.api.job_files import BATCHES, JOBS, SITES, Do, Enter, asked_batch
from tests.http_client import TestClient

ROWS = "site,industry,lon,lat\n" + "".join(f"{number},C2614,118.85,28.95\n" for number in range(12))


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are kept four at a time."""
    monkeypatch.setattr(batch_job, "_MOST_AT_ONCE", 4)
    monkeypatch.setattr(batch_job, "_AT_ONCE_S", 1e9)


def stored(database: Database, batch: str) -> int:
    with database.unit_of_work("test", read_only=True) as uow:
        return batch_store.count_rows(uow, UUID(batch))


def after_groups(monkeypatch: pytest.MonkeyPatch, number: int, do: Any) -> None:
    """Does something once, when so many groups of rows were kept."""
    kept, add = [], batch_store.add_rows

    def add_rows(uow: Any, job_id: UUID, rows: Any) -> None:
        add(uow, job_id, rows)
        kept.append(len(rows))
        if len(kept) == number:
            uow.connection.commit()
            do()

    monkeypatch.setattr(batch_store, "add_rows", add_rows)


def events(client: TestClient, job: str) -> list[tuple[str, dict[str, Any]]]:
    lines = client.get(f"{JOBS}/{job}/events").text.splitlines()
    names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    return list(zip(names, [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")], strict=True))


def test_a_job_waits_is_done_and_says_so(signed_in: Enter, work: Do) -> None:
    planner = signed_in("planner")
    batch = asked_batch(planner)
    waiting = planner.get(f"{JOBS}/{batch}").json()
    assert (waiting["kind"], waiting["state"], waiting["done"], waiting["total"], waiting["asked_by"]) == ("siting-batch", "queued", 0, None, "planner")
    work()
    (told,) = events(planner, batch)
    assert told[0] == "done" and told[1] == planner.get(f"{JOBS}/{batch}").json()
    assert (told[1]["state"], told[1]["done"], told[1]["total"]) == ("done", 5, 5)


def test_a_stream_ends_with_its_session(app: FastAPI, database: Database, signed_in: Enter) -> None:
    planner = signed_in("planner")
    batch = asked_batch(planner)
    token = planner.headers["authorization"].removeprefix("Bearer ")
    with planner.stream("GET", f"{JOBS}/{batch}/events") as answer:
        lines = answer.iter_lines()
        assert next(lines) == "event: progress"
        with database.unit_of_work("test") as uow:
            people_service.sign_out(uow, token)
        assert "event: done" not in list(lines)
    assert app.state.streams["planner"] == 0


def test_streams_of_one_account_are_few(app: FastAPI, signed_in: Enter) -> None:
    planner = signed_in("planner")
    batch = asked_batch(planner)
    app.state.streams["planner"] = 10
    assert planner.get(f"{JOBS}/{batch}/events").status_code == 429


def test_a_waiting_job_is_cancelled_at_once(signed_in: Enter, work: Do) -> None:
    planner = signed_in("planner")
    batch = asked_batch(planner)
    assert planner.post(f"{JOBS}/{batch}/cancel").json()["state"] == "cancelled"
    work()
    assert planner.get(f"{JOBS}/{batch}").json()["state"] == "cancelled"
    assert planner.post(f"{JOBS}/{batch}/cancel").status_code == 409


def test_a_running_job_stops_between_rows_when_it_is_cancelled(
    database: Database, signed_in: Enter, work: Do, small_groups: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner = signed_in("planner")
    batch = asked_batch(planner, ROWS)
    after_groups(monkeypatch, 2, lambda: planner.post(f"{JOBS}/{batch}/cancel"))
    work()
    found = planner.get(f"{BATCHES}/{batch}").json()
    assert (found["state"], found["rows"], stored(database, batch)) == ("cancelled", 8, 8)
    assert planner.get(f"{BATCHES}/{batch}/result.csv").status_code == 200


def test_a_batch_that_broke_down_goes_on_behind_the_rows_it_has(
    database: Database, signed_in: Enter, app: FastAPI, small_groups: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner, worker = signed_in("planner"), Worker(database, app.state.files)
    batch = asked_batch(planner, ROWS)

    def break_down() -> None:
        raise MemoryError("on purpose")

    after_groups(monkeypatch, 1, break_down)
    with pytest.raises(MemoryError):
        worker.attempt(batch)
    assert (planner.get(f"{JOBS}/{batch}").json()["state"], stored(database, batch)) == ("running", 4)
    answered: list[int] = []
    kept = batch_job._kept
    monkeypatch.setattr(batch_job, "_kept", lambda run, row: (answered.append(row.number), kept(run, row))[1])
    worker.attempt(batch)
    assert answered == [5, 6, 7, 8, 9, 10, 11, 12]
    assert planner.get(f"{BATCHES}/{batch}").json()["rows"] == 12


def test_a_batch_whose_world_changed_meanwhile_begins_anew(database: Database, signed_in: Enter, app: FastAPI, small_groups: None) -> None:
    from tests.api.job_files import lay_red_line

    planner, worker = signed_in("planner"), Worker(database, app.state.files)
    batch = asked_batch(planner, ROWS)
    with pytest.MonkeyPatch.context() as patch:
        after_groups(patch, 1, lambda: worker._stopping.set())
        with pytest.raises(Interrupted):
            worker.attempt(batch)
    worker._stopping.clear()
    assert (planner.get(f"{JOBS}/{batch}").json()["state"], stored(database, batch)) == ("queued", 4)
    lay_red_line(database)
    worker.attempt(batch)
    assert planner.get(f"{BATCHES}/{batch}").json()["verdicts"] == {"prohibited": 0, "undetermined": 0, "conditional": 0, "permitted": 12}


def test_after_five_attempts_without_an_end_a_job_is_parked_with_the_reason(
    database: Database, signed_in: Enter, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner, worker = signed_in("planner"), Worker(database, app.state.files)
    batch, begun = asked_batch(planner), []

    def break_down(work: Any) -> None:
        begun.append(work.job.attempt)
        raise MemoryError("on purpose")

    monkeypatch.setitem(worker.runs, "siting-batch", break_down)
    for _ in range(MOST_ATTEMPTS - 1):
        with pytest.raises(MemoryError):
            worker.attempt(batch)
    worker.attempt(batch)
    worker.attempt(batch)
    found = planner.get(f"{JOBS}/{batch}").json()
    assert begun == [1, 2, 3, 4, 5]
    assert (found["state"], found["error"]["type"]) == ("failed", "/problems/internal")
    assert "5 times" in found["error"]["detail"] and "on purpose" not in json.dumps(found)


def test_a_refusal_ends_the_job_with_its_reason(signed_in: Enter, work: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    planner = signed_in("planner")
    batch = asked_batch(planner, "site,industry,lon,lat\n1,C2614,500000,3200000\n")
    work()
    found = planner.get(f"{JOBS}/{batch}").json()
    assert (found["state"], found["error"]["type"]) == ("failed", "/problems/wrong-crs")


def test_an_attempt_that_was_taken_over_has_no_effect(database: Database, signed_in: Enter) -> None:
    batch = UUID(asked_batch(signed_in("planner")))
    with database.unit_of_work("test") as uow:
        first = service.take_up(uow, batch)
    with database.unit_of_work("test") as uow:
        second = service.take_up(uow, batch)
    assert first is not None and second is not None and (first.attempt, second.attempt) == (1, 2)
    for late in (lambda uow: service.progress(uow, first, done=1, total=2, message=""), lambda uow: service.end(uow, first, Ending("done"))):
        with pytest.raises(JobStopped), database.unit_of_work("test") as uow:
            late(uow)
    with database.unit_of_work("test") as uow:
        service.end(uow, second, Ending("done", result={"rows": 0}))


def test_two_workers_do_each_job_once(database: Database, signed_in: Enter, app: FastAPI) -> None:
    import threading

    planner = signed_in("planner")
    batches = [asked_batch(planner) for _ in range(3)] + [asked_batch(signed_in("inspector"))]
    threads = [threading.Thread(target=Worker(database, app.state.files).run_waiting) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    Worker(database, app.state.files).run_waiting()
    with database.unit_of_work("test", read_only=True) as uow:
        jobs = [store.find_job(uow, UUID(batch)) for batch in batches]
        acts = [entry.subject for entry, _ in uow.audit_entries() if entry.action == "siting-batch"]
    assert [(job.state, job.attempt) for job in jobs if job] == [("done", 1)] * 4
    assert sorted(acts) == sorted(batches)


def test_a_job_and_its_place_in_the_queue_are_written_together_or_not_at_all(database: Database, signed_in: Enter) -> None:
    planner = signed_in("planner")
    asked_batch(planner, SITES)
    with database.unit_of_work("test", read_only=True) as uow:
        before = uow.rows("select count(*) as n from procrastinate.procrastinate_jobs")
        job = store.jobs(uow, ["siting-batch"], asked_by=None, after=None, limit=1)[0]
    with pytest.raises(Refused), database.unit_of_work("test") as uow:
        store.enqueue(uow, job.job_id, "lock")
        raise Refused("no", "否")
    with database.unit_of_work("test", read_only=True) as uow:
        assert uow.rows("select count(*) as n from procrastinate.procrastinate_jobs") == before == [{"n": 1}]


def test_a_job_the_queue_lost_is_put_into_it_again(database: Database, signed_in: Enter, work: Do) -> None:
    planner = signed_in("planner")
    batch = asked_batch(planner)
    with database.unit_of_work("test") as uow:
        uow.execute("delete from procrastinate.procrastinate_jobs")
    work()
    assert planner.get(f"{JOBS}/{batch}").json()["state"] == "done"


def test_jobs_are_listed_newest_first_a_page_at_a_time(signed_in: Enter) -> None:
    planner = signed_in("planner")
    batches = [asked_batch(planner) for _ in range(3)]
    first = planner.get(JOBS, params={"limit": 2}).json()
    rest = planner.get(JOBS, params={"limit": 2, "cursor": first["next"]}).json()
    assert [job["id"] for job in first["items"] + rest["items"]] == batches[::-1]
    assert rest["next"] is None
    assert signed_in("planner-2").get(JOBS).json()["items"] == []
    assert len(signed_in("admin").get(JOBS).json()["items"]) == 3
    assert planner.get(JOBS, params={"cursor": "WzFd"}).status_code == 422
