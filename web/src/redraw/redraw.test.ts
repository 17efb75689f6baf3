import { describe, expect, it } from "vitest";
import { areaFigure } from "@/parts/format";
import { cellAt, csvRows, daysUntil, isRounding, kindOf, leaves, movedOf, signed, standingOf, summed, told } from "./changes";
import { middleOf, pathOf, projector } from "./overlay";
import { added, begun, changed, dropped, filledIn, namedCodes, redone, stepOf, takenBack, undone } from "./steps";
import type { ChangedCell, Difference, Operation } from "./types";
import { accountOf, isOwn } from "./waiting";

const rename = (name: string): Operation => ({ op: "rename", cell: "101", name });
const [a, b, c] = [rename("a"), rename("b"), rename("c")] as const;

describe("steps", () => {
  it("are undone and redone one by one", () => {
    const two = added(added(begun(), a), b);
    expect(undone(two).done).toEqual([a]);
    expect(undone(undone(two)).done).toEqual([]);
    expect(undone(undone(undone(two))).done).toEqual([]);
    expect(redone(redone(undone(undone(two)))).done).toEqual([a, b]);
  });

  it("of a draft that was read are undone one by one", () => {
    expect(undone(begun([a, b])).done).toEqual([a]);
  });

  it("made after undoing end what could be redone", () => {
    expect(added(undone(added(begun(), a)), b)).toEqual({ done: [b], past: [[], []].slice(0, 1), future: [] });
  });

  it("can be dropped from the middle, and dropping can be undone", () => {
    const three = changed(begun(), [a, b, c]);
    expect(dropped(three, 1).done).toEqual([a, c]);
    expect(undone(dropped(three, 1)).done).toEqual([a, b, c]);
  });

  it("that the server refused leave no trace", () => {
    const saved = [a];
    const refused = added({ done: saved, past: [[]], future: [] }, b);
    expect(takenBack(refused, saved)).toEqual({ done: saved, past: [[]], future: [] });
  });

  it("take over the codes that the server fills in", () => {
    const steps = added(begun(), { op: "merge", cells: ["1", "2"], name: "x" });
    expect(filledIn(steps, [{ op: "merge", cells: ["1", "2"], name: "x", code: "3" }]).past).toEqual(steps.past);
  });

  it("are found by the pointer of a fault", () => {
    expect(stepOf("/operations/3/line")).toBe(3);
    expect(stepOf("/operations/12")).toBe(12);
    expect(stepOf("/effective_from")).toBeNull();
  });

  it("name their cells", () => {
    expect(namedCodes({ op: "reparent", cell: "1", parent: "2" })).toEqual(["1", "2"]);
    expect(namedCodes({ op: "move_vertices", moves: [] })).toEqual([]);
  });
});

const cell = (code: string, before: string | null, after: string | null, change: string, more: Partial<ChangedCell> = {}): ChangedCell => ({ level: "village", code, name: code, name_before: code, parent: "1", parent_before: "1", cause: "redraw", before_m2: before, after_m2: after, change_m2: change, from: [], to: [], ...more });

describe("changes", () => {
  const cells = [cell("1", "10.10", "20.20", "10.10"), cell("2", "30.30", "20.20", "-10.10"), cell("3", "1.00", "1.00", "0.00", { cause: "node" }), cell("9", "40.40", "40.40", "0.00", { level: "township", cause: "rename" })];

  it("close to nothing, also where doubles would not", () => {
    expect(summed(leaves(cells, ["county", "township", "village"]))).toEqual({ before_m2: "41.40", after_m2: "41.40", change_m2: "0.00" });
  });

  it("may add up to no more than the rounding of their rows, which is told as such", () => {
    expect([isRounding("-0.02", 3), isRounding("0.03", 3), isRounding("0.05", 3), isRounding("0.00", 3)]).toEqual([true, true, false, false]);
  });

  it("leave out cells that only get a vertex", () => {
    expect(told(cells).map(({ code }) => code)).toEqual(["1", "2", "9"]);
  });

  it("carry a minus, never a hyphen", () => {
    const ha = (m2: number): string => areaFigure(m2, "ha");
    expect(signed("177500", ha)).toBe("+17.75");
    expect(signed("-177500", ha)).toBe("−17.75");
    expect(signed("0.00", ha)).toBe("0.00");
    expect(signed("-0.04", ha)).toBe("<0.01");
  });

  it("say what is new and what ends", () => {
    expect([kindOf(cell("1", null, "1.00", "1.00")), kindOf(cell("1", "1.00", null, "-1.00")), kindOf(cells[3]!)]).toEqual(["new", "ended", "rename"]);
  });

  it("go into a table with their codes", () => {
    expect(csvRows([cell("1", "1.00", null, "-1.00", { to: ["2", "3"] })])[0]).toEqual(["village", "1", "1", "1", "1", "1", "redraw", "1.00", null, "-1.00", "", "2 3"]);
  });

  it("count the days until they hold", () => {
    expect(daysUntil("2027-01-01", "2026-11-22")).toBe(40);
    expect(daysUntil("2026-11-21", "2026-11-22")).toBe(-1);
  });
});

describe("standing", () => {
  it("tells what holds from what waits for its day, and what was given back", () => {
    expect(standingOf({ status: "approved", in_force: false })).toBe("approved");
    expect(standingOf({ status: "approved", in_force: true })).toBe("in-force");
    expect(standingOf({ status: "draft", in_force: false }, "rejected")).toBe("returned");
    expect(standingOf({ status: "draft", in_force: false }, "drafted")).toBe("draft");
  });

  it("knows whose a redraw is", () => {
    expect(accountOf("user:lin")).toBe("lin");
    expect([isOwn("user:lin", "lin"), isOwn("user:lin", "li"), isOwn("user:lin", undefined)]).toEqual([true, false, false]);
  });
});

describe("ground over the map", () => {
  const square = { type: "Polygon" as const, coordinates: [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]], [[0.5, 0.5], [1, 0.5], [1, 1], [0.5, 1], [0.5, 0.5]]] };
  const difference: Difference = {
    features: [
      { geometry: square, properties: { what: "after", level: "village", code: "1", name: "one", area_m2: "4.00" } },
      { geometry: square, properties: { what: "moved", from: "2", to: "1", area_m2: "4.00" } },
    ],
  };

  it("is found by a place, but for its holes", () => {
    expect(cellAt(difference, [1.5, 1.5])?.code).toBe("1");
    expect(cellAt(difference, [0.75, 0.75])).toBeNull();
    expect(cellAt(difference, [3, 1])).toBeNull();
  });

  it("that changes hands says from whom and to whom", () => {
    expect(movedOf(difference).map(({ from, to }) => [from, to])).toEqual([["2", "1"]]);
  });

  it("is put where the map shows it", () => {
    const project = projector([0, 0, 2, 2], 200, 100);
    expect(project([1, 2])).toEqual([100, 0]);
    expect(project([2, 0])).toEqual([200, 100]);
    expect(pathOf(square, project).startsWith("M0.0 100.0L200.0 100.0")).toBe(true);
    expect(middleOf(square)).toEqual([1, 1]);
  });
});
