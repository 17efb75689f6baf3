import { describe, expect, it } from "vitest";
import { arranged, windowed, type Column } from "./table";

interface Row {
  name: string;
  area: number | null;
}
const columns: Column<Row>[] = [
  { key: "name", title: "名称", value: (row) => row.name },
  { key: "area", title: "面积", value: (row) => row.area, text: (row) => `${row.area} 公顷` },
];
const rows: Row[] = [
  { name: "石坞村", area: 9 },
  { name: "里洲村 10", area: null },
  { name: "里洲村 2", area: 100 },
];
const names = (found: Row[]): string[] => found.map((row) => row.name);

describe("rows of a table", () => {
  it("are those that contain every word, in shown text or value", () => {
    expect(names(arranged(rows, columns, "里洲 公顷", null))).toEqual(["里洲村 10", "里洲村 2"]);
    expect(names(arranged(rows, columns, "100 公顷", null))).toEqual(["里洲村 2"]);
    expect(arranged(rows, columns, "[.*", null)).toEqual([]);
  });

  it("are sorted as numbers and names, empty values last either way", () => {
    expect(names(arranged(rows, columns, "", { key: "area", down: false }))).toEqual(["石坞村", "里洲村 2", "里洲村 10"]);
    expect(names(arranged(rows, columns, "", { key: "area", down: true }))).toEqual(["里洲村 2", "石坞村", "里洲村 10"]);
    expect(names(arranged(rows, columns, "里", { key: "name", down: false }))).toEqual(["里洲村 2", "里洲村 10"]);
  });

  it("of which only those in sight are drawn, however many there are", () => {
    expect(windowed(20_000, 40, 400_000, 600)).toEqual({ first: 9992, last: 10023 });
    expect(windowed(3, 40, 0, 600)).toEqual({ first: 0, last: 3 });
  });

  it("are found among 20,000 in a moment", () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ({ name: `村 ${index}`, area: index % 977 }));
    const begun = performance.now();
    expect(arranged(many, columns, "99", { key: "area", down: true }).length).toBeGreaterThan(0);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
