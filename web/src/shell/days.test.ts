import { expect, it } from "vitest";
import { lineOf, monthAfter, monthPage, toDay, toNumber, yearsOf } from "./days";

it("days are numbers and back, leap days too", () => {
  expect(["1899-12-31", "1970-01-01", "2024-02-29"].map((day) => toDay(toNumber(day)))).toEqual(["1899-12-31", "1970-01-01", "2024-02-29"]);
});

it("a page of the calendar has six weeks that begin on Monday", () => {
  const page = monthPage("2026-11");
  expect([page[0], page[6], page[41], page.length]).toEqual(["2026-10-26", "2026-11-01", "2026-12-06", 42]);
  expect(monthPage("1969-02")[0]).toBe("1969-01-27");
  expect([monthAfter("2026-01", -1), monthAfter("2026-11", 14)]).toEqual(["2025-12", "2028-01"]);
});

it("a first edition 'since ever' does not press the others together", () => {
  const line = lineOf("2026-11-22", "2026-11-22", ["1900-01-01", "2024-03-01", "2025-09-01"]);
  expect(line.ticks).toEqual(["2024-03-01", "2025-09-01"]);
  expect(toDay(line.first) < "2024-03-01" && toDay(line.first) > "2024-01-01").toBe(true);
  expect(yearsOf(line)).toEqual(["2025-01-01", "2026-01-01"]);
});

it("a day in the future lies on the line", () => {
  const line = lineOf("2027-05-01", "2026-11-22", []);
  expect(line.first < toNumber("2026-11-22") && line.last > toNumber("2027-05-01")).toBe(true);
});
