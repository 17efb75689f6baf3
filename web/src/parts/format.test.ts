import { describe, expect, it } from "vitest";
import { toCsv } from "./csv";
import { areaFigure, formatArea, formatLength, formatLonLat, formatNumber, formatShare, formatSize } from "./format";

it("numbers have thousands separators and the places asked for", () => {
  expect([formatNumber(1234567), formatNumber("1234.5", 2), formatNumber("x")]).toEqual(["1,234,567", "1,234.50", "—"]);
});

it("a share that is not nothing never reads 0.0 %, one that is not whole never 100.0 %", () => {
  expect([0, 0.00001, 0.748, 0.99999, 1].map((share) => formatShare(share))).toEqual(["0.0%", "<0.1%", "74.8%", ">99.9%", "100.0%"]);
});

describe("areas", () => {
  it("change between square metres, hectares and mu", () => {
    expect((["m2", "ha", "mu"] as const).map((unit) => formatArea("263500", unit, "zh"))).toEqual(["263,500 m²", "26.35 公顷", "395.25 亩"]);
    expect(formatArea("10000", "ha", "en")).toBe("1.00 ha");
  });

  it("never read nothing when there is something", () => {
    expect([areaFigure("12.3", "ha"), areaFigure(0, "ha"), areaFigure("2318.4", "m2")]).toEqual(["<0.01", "0.00", "2,318.40"]);
  });
});

it("lengths, places and sizes are written one way", () => {
  expect([formatLength(620), formatLength(1260), formatLength(2.5)]).toEqual(["620 m", "1.26 km", "2.5 m"]);
  expect(formatLonLat(118.436912, -28.973561)).toBe("118.43691°E 28.97356°S");
  expect([formatSize(0), formatSize(950), formatSize(4_200_000)]).toEqual(["0 B", "950 B", "4.2 MB"]);
});

describe("CSV", () => {
  it("quotes what must be quoted and starts with the mark that spreadsheets want", () => {
    expect(toCsv(["名称", "面积"], [['石坞"村",甲', 1.5], [null, undefined]])).toBe('\uFEFF名称,面积\r\n"石坞""村"",甲",1.5\r\n,\r\n');
  });

  it.each(["=1+1", "+cmd", "-cmd|x", "@x", "\tx"])("a name that a spreadsheet would run is text: %j", (name) => {
    expect(toCsv([], [[name]])).toContain(`'${name}`);
  });

  it("a negative figure stays a figure", () => {
    expect(toCsv([], [["-12.5", "+3"]])).toBe("\uFEFF\r\n-12.5,+3\r\n");
  });
});
