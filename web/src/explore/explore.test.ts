import { describe, expect, it } from "vitest";
import { differences, lastDay, nearestDay, originOf, standing, versionOn } from "./history";
import { readViews, withView, writeViews } from "./saved";
import type { CellVersion } from "./types";

const version = (number: number, more: Partial<CellVersion> = {}): CellVersion => ({
  version: number, name: "双溪村", parent: "330802101000", area_m2: "100.00", from: "2020-01-01", to: null, recorded_from: "2020-01-01T00:00:00Z", recorded_to: null,
  change: { kind: "import-new", at: "2020-01-01T00:00:00Z", reason: "" }, ...more,
});

describe("the history of a cell", () => {
  const first = version(1, { to: "2025-07-01" });
  const corrected = version(9, { to: null, recorded_to: "2025-07-01T00:00:00Z" });
  const second = version(2, { from: "2025-07-01", area_m2: "90.00", parent: "330802102000" });

  it("leaves out what is no longer held to be so", () => {
    expect(standing([second, corrected, first]).map((one) => one.version)).toEqual([1, 2]);
  });

  it("has one version a day: the first day counts, the end does not", () => {
    const versions = standing([first, second]);
    expect([versionOn(versions, "2019-12-31"), versionOn(versions, "2025-06-30")?.version, versionOn(versions, "2025-07-01")?.version]).toEqual([null, 1, 2]);
  });

  it("began with the change that first told of it, not with the one that only ended it", () => {
    const told = version(1, { recorded_to: "2025-06-01T00:00:00Z" });
    const ended = version(3, { to: "2025-07-01", recorded_from: "2025-06-01T00:00:00Z", change: { kind: "import-replace", at: "2025-06-01T00:00:00Z", reason: "调整" } });
    expect(originOf([ended, told, second], ended).kind).toBe("import-new");
    expect(originOf([ended, told, second], { ...ended, name: "双溪社区" }).kind).toBe("import-replace");
  });

  it("is looked at on the day nearest to the one shown", () => {
    expect([nearestDay(first, "2026-11-25"), nearestDay(second, "2024-01-01"), nearestDay(second, "2026-11-25")]).toEqual(["2025-06-30", "2025-07-01", "2025-07-01"]);
  });

  it("says what changed", () => {
    expect(differences(first, second)).toEqual([
      { what: "parent", before: "330802101000", after: "330802102000" },
      { what: "area", before: "100.00", after: "90.00" },
    ]);
    expect(differences(first, { ...first, version: 3 }).map((one) => one.what)).toEqual(["shape"]);
  });

  it("names the last day a period runs", () => {
    expect([lastDay("2026-03-01"), lastDay("2024-03-01"), lastDay(null)]).toEqual(["2026-02-28", "2024-02-29", null]);
  });
});

describe("saved views", () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => void kept.set(key, text) };

  it("come back as they were kept, the same name once", () => {
    let views = withView(readViews(storage), { name: "红线", query: "at=118,28,10", at: "2026-11-25" });
    views = withView(views, { name: "红线", query: "at=119,28,10", at: "2026-11-26" });
    expect(writeViews(storage, views)).toBe(true);
    expect(readViews(storage)).toEqual([{ name: "红线", query: "at=119,28,10", at: "2026-11-26" }]);
  });

  it("survive what somebody else wrote there", () => {
    kept.set("gridgov.views", '[{"name": 3}, null, {"name": "a", "query": "", "at": ""}]');
    expect(readViews(storage).map((view) => view.name)).toEqual(["a"]);
    kept.set("gridgov.views", "no json");
    expect(readViews(storage)).toEqual([]);
  });
});
