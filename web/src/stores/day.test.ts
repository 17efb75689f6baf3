import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it } from "vitest";
import type { Installation } from "@/api/types";
import { isDay, useDay } from "./day";
import { useInstallation } from "./installation";

const TURNS = ["1900-01-01", "2024-03-01", "2025-09-01"];

beforeEach(() => {
  setActivePinia(createPinia());
  const scheme = { key: "administrative", overlay: false, revision: 1, levels: [], turns: TURNS };
  useInstallation().about = { today: "2026-11-22", scheme: "administrative", schemes: [scheme] } as unknown as Installation;
});

describe("the day", () => {
  it("is the installation's today until another is chosen", () => {
    const day = useDay();
    expect([day.on, day.isToday, day.asked]).toEqual(["2026-11-22", true, undefined]);
    day.setDay("2025-06-30");
    expect([day.on, day.isToday, day.isFuture, day.asked]).toEqual(["2025-06-30", false, false, "2025-06-30"]);
    day.setDay("2027-01-01");
    expect(day.isFuture).toBe(true);
  });

  it.each([null, "2026-11-22", "2026-02-30", "yesterday", ""])("is today again after %j", (given) => {
    const day = useDay();
    day.setDay("2025-06-30");
    day.setDay(given);
    expect([day.chosen, day.isToday]).toEqual([null, true]);
  });

  it("knows which edition of the grid is in force and the changes beside it", () => {
    const day = useDay();
    day.setDay("2024-03-01");
    expect([day.turn, day.previousTurn, day.nextTurn]).toEqual([2, "1900-01-01", "2025-09-01"]);
    day.setDay("1899-12-31");
    expect([day.turn, day.previousTurn, day.nextTurn]).toEqual([0, null, "1900-01-01"]);
  });
});

it("a day is a day of the calendar", () => {
  expect(["2024-02-29", "2026-11-22"].every(isDay)).toBe(true);
  expect(["2025-02-29", "2026-13-01", "2026-1-1", "2026-11-22T00:00", "２０２６-11-22"].some(isDay)).toBe(false);
});
