import { describe, expect, it } from "vitest";
import { boxOf, daysLeft, dutiesByDocument, endingSoon, isStandIn, lackedByAll, ordered, vacantFirst } from "./mine";
import type { Duty, MyCell, Post } from "./types";

const post = (more: Partial<Post> = {}): Post => ({ role: "inspector", line: "environment", from: "2026-01-01", to: null, stand_in: false, stand_in_for: null, mandate: null, ...more });
const cell = (code: string, own: Post[], box: MyCell["bbox"] = [118, 28, 119, 29]): MyCell => ({
  scheme: "s", level: "village", code, name: code, area_m2: "1.00", bbox: box, point: [box[0], box[1]], own, duties: [], neighbours: [], zones: [], above: [], missing: [],
});

describe("an inspector's cells", () => {
  it("come with one's own before those stood in for, each by code", () => {
    const cells = [cell("9", [post({ stand_in: true })]), cell("3", [post()]), cell("1", [post({ stand_in: true })]), cell("2", [post()])];
    expect(ordered(cells).map((one) => one.code)).toEqual(["2", "3", "1", "9"]);
  });

  it("are one's own when one of two posts is", () => {
    expect(isStandIn(cell("1", [post({ stand_in: true }), post()]))).toBe(false);
    expect(isStandIn(cell("1", []))).toBe(false);
  });

  it("say how many days a post still runs", () => {
    expect(daysLeft(post({ to: "2026-12-01" }), "2026-11-25")).toBe(6);
    expect(daysLeft(post(), "2026-11-25")).toBeNull();
  });

  it("name the post that ends first within a month", () => {
    const two = cell("1", [post({ to: "2026-12-20" }), post({ to: "2026-12-01", line: "river" })]);
    expect(endingSoon(two, "2026-11-25")).toMatchObject({ left: 6, post: { line: "river" } });
    expect(endingSoon(two, "2026-06-01")).toBeNull();
  });

  it("have in common what every one of them lacks", () => {
    const lacking = (...missing: string[]) => ({ ...cell("1", []), missing });
    expect(lackedByAll([lacking("zones", "people"), lacking("zones"), lacking("duties", "zones")])).toEqual(["zones"]);
    expect([lackedByAll([lacking("zones"), lacking()]), lackedByAll([lacking("zones")]), lackedByAll([])]).toEqual([[], [], []]);
  });

  it("lie in one box", () => {
    expect(boxOf([cell("1", [], [118, 28, 118.5, 28.5]), cell("2", [], [117.9, 28.2, 118.2, 29])])).toEqual([117.9, 28, 118.5, 29]);
    expect(boxOf([])).toBeNull();
  });
});

describe("duties and neighbours", () => {
  it("gather duties under their document, in order", () => {
    const duty = (text: string, article: string): Duty => ({ role: "inspector", line: "environment", text, citation: { instrument: "方案", article, status: "example" } });
    expect(dutiesByDocument([duty("甲", "一"), duty("乙", "二"), duty("丙", "一")]).map((group) => group.texts)).toEqual([["甲", "丙"], ["乙"]]);
  });

  it("put neighbours without anybody first", () => {
    const other = (code: string, people: number) => ({ level: "village", code, name: code, responsible: Array(people).fill({ ...post(), cell: code, person: null }) });
    expect(vacantFirst([other("1", 1), other("2", 0)]).map((one) => one.code)).toEqual(["2", "1"]);
  });
});
