import { describe, expect, it } from "vitest";
import type { Cell } from "@/api/types";
import { goingOn, keyOf, moved, ROOT, shownRows, type Branch } from "./tree";

const cell = (level: string, code: string, children = 0): Cell => ({
  version: 1, scheme: "s", level, code, name: code, parent: null, area_m2: "1.00", from: "2020-01-01", to: null, children, bbox: [0, 0, 1, 1], point: [0, 0],
});
const county = cell("county", "1", 2);
const branches = new Map<string, Branch>([
  [ROOT, { cells: [county, cell("county", "2", 1)], next: null }],
  [keyOf(county), { cells: [cell("township", "11"), cell("township", "12")], next: "more" }],
]);

describe("the grid as a tree", () => {
  it("shows what is open, depth first", () => {
    expect(shownRows(branches, new Set()).map((row) => row.cell.code)).toEqual(["1", "2"]);
    expect(shownRows(branches, new Set(["county/1"])).map((row) => [row.cell.code, row.depth])).toEqual([["1", 0], ["11", 1], ["12", 1], ["2", 0]]);
  });

  it("says which of the shown branches go on", () => {
    const root = new Map(branches).set(ROOT, { ...branches.get(ROOT)!, next: "more" });
    const shown = (of: Map<string, Branch>, open: string[]): unknown[] => goingOn(of, shownRows(of, new Set(open))).map(({ parent }) => parent?.code ?? null);
    expect([shown(branches, []), shown(branches, ["county/1"]), shown(root, ["county/1"])]).toEqual([[], ["1"], [null, "1"]]);
  });

  it("is walked by the arrow keys", () => {
    const rows = shownRows(branches, new Set(["county/1"]));
    expect([moved(rows, 0, "ArrowDown"), moved(rows, 0, "ArrowUp"), moved(rows, 0, "ArrowRight"), moved(rows, 2, "ArrowLeft"), moved(rows, 0, "End")]).toEqual([1, 0, 1, 0, 3]);
    expect([moved(rows, 3, "ArrowRight"), moved(rows, 0, "x"), moved(rows, 9, "ArrowDown")]).toEqual([null, null, null]);
  });
});
