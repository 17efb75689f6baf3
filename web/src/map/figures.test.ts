import { expect, test } from "vitest";
import { beltCode, beltOf, beltOfArea, beltOfEasting, fromBelt, toBelt } from "./belts";
import { columnsOf, shown, typed } from "./coordinates";
import { areaOf, distance, lineLength, ringArea } from "./geodesy";
import { denominator, lengthLabel, metresPerPixel, roundLength, scaleBar } from "./scale";
import { tileJsonUrl, tileTouches, tileUrl, worldPixel } from "./urls";

test("a scale bar is 1, 2 or 5 times a power of ten", () => {
  expect([999, 1000, 4999, 5000, 0.3].map(roundLength)).toEqual([500, 1000, 2000, 5000, 0.2]);
});

test("a length is said in metres below a kilometre", () => {
  expect([500, 1000, 2500].map(lengthLabel)).toEqual(["500 m", "1 km", "2.5 km"]);
});

test("a pixel at the equator and zoom 0 is a 256th of the equator", () => {
  expect(metresPerPixel(0, 0)).toBeCloseTo(40075016.686 / 256, 3);
  expect(metresPerPixel(60, 10)).toBeCloseTo(metresPerPixel(0, 11), 6);
});

test("the bar is as long as it says", () => {
  const bar = scaleBar(29, 14);
  expect(bar.metres / bar.pixels).toBeCloseTo(metresPerPixel(29, 14), 1);
  expect(bar.pixels).toBeLessThanOrEqual(150);
});

test("1:n is told to two figures of 96 pixels an inch", () => {
  expect(denominator(0, 0)).toBe(590_000_000);
  expect(denominator(29, 14)).toBe(32_000);
});

test("a belt is the one whose meridian is nearest, within China's", () => {
  expect([118.4, 118.6, 120, 73, 140].map(beltOf)).toEqual([39, 40, 40, 25, 45]);
});

test("an area lies in one belt, by its middle", () => {
  expect(beltOfArea([118.1, 28.8, 119.1, 29.4], 118.2)).toBe(40);
  expect(beltOfArea(null, 118.2)).toBe(39);
});

test("belt codes are those of the registry", () => {
  expect([beltCode(25), beltCode(40), beltCode(45)]).toEqual(["EPSG:4513", "EPSG:4528", "EPSG:4533"]);
});

test("on a central meridian the easting is 500 km with the belt before it", () => {
  const { x, y } = toBelt([120, 29], 40);
  expect(y).toBeCloseTo(40_500_000, 3);
  // PROJ, EPSG:4490 to EPSG:4528.
  expect(x).toBeCloseTo(3_209_269.3238, 3);
});

test("away from it, the plane is PROJ's to the millimetre", () => {
  const { x, y } = toBelt([118.43691, 28.97356], 40);
  expect(x).toBeCloseTo(3_207_345.6834, 3);
  expect(y).toBeCloseTo(40_347_645.3708, 3);
});

test("belt coordinates come back to the millimetre, with or without the belt's number", () => {
  const { x, y } = toBelt([118.43691, 28.97356], 40);
  for (const easting of [y, y - 40e6]) {
    const [lon, lat] = fromBelt(x, easting, 40);
    expect(lon).toBeCloseTo(118.43691, 8);
    expect(lat).toBeCloseTo(28.97356, 8);
  }
});

test("eight figures of an easting name its belt", () => {
  expect([beltOfEasting(40_389_900), beltOfEasting(389_900), beltOfEasting(12_000_000)]).toEqual([40, null, null]);
});

test("a degree of longitude on the equator is 111,319.49 m", () => {
  expect(distance([118, 0], [119, 0])).toBeCloseTo(111319.4908, 3);
  expect(
    lineLength([
      [118, 0],
      [119, 0],
      [118, 0],
    ]),
  ).toBeCloseTo(2 * 111319.4908, 3);
});

test("a ring has the area of the ellipsoid's surface whichever way it turns", () => {
  // PROJ's geod on a 6378137, 1/f 298.257222101.
  const ring = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  expect(ringArea(ring)).toBeCloseTo(12_308_778_361.0636, 1);
  expect(
    ringArea([
      [118, 29],
      [118.01, 29],
      [118.01, 29.01],
      [118, 29.01],
    ]),
  ).toBeCloseTo(1_079_920.4157, 3);
  expect(ringArea([...ring].reverse())).toBeCloseTo(ringArea(ring), 3);
});

test("holes are taken off, and two places have no area", () => {
  const outer = [
    [118, 29],
    [118.01, 29],
    [118.01, 29.01],
    [118, 29.01],
  ];
  const hole = [
    [118.002, 29.002],
    [118.004, 29.002],
    [118.004, 29.004],
  ];
  expect(areaOf([[outer, hole]])).toBeCloseTo(ringArea(outer) - ringArea(hole), 6);
  expect(ringArea(outer.slice(0, 2))).toBe(0);
});

test("columns stand as offices write them: X is north and comes first", () => {
  expect([columnsOf("lonlat"), columnsOf("belt")]).toEqual([
    ["lon", "lat"],
    ["x", "y"],
  ]);
});

test("typed figures are read in full width and with separators", () => {
  expect(typed("１１８．５", 0, [118, 29], "lonlat", 40)).toEqual([118.5, 29]);
  expect(typed(" 29.25° ", 1, [118, 29], "lonlat", 40)).toEqual([118, 29.25]);
  const place = typed("3,206,336.000", 0, [118.43691, 28.97356], "belt", 40);
  expect(shown(place as [number, number], 0, "belt", 40)).toBe("3206336.000");
});

test("what is no number or out of range is told, and nothing is moved", () => {
  expect(typed("abc", 0, [118, 29], "lonlat", 40)).toBe("bad");
  expect(typed("", 0, [118, 29], "lonlat", 40)).toBe("bad");
  expect(typed("95", 1, [118, 29], "lonlat", 40)).toBe("range");
  expect(typed("12000000", 1, [118, 29], "belt", 40)).toBe("range");
});

test("an easting of another belt is read in that belt", () => {
  const { x, y } = toBelt([116.9, 29], 39);
  const [lon] = typed(String(y), 1, fromBelt(x, 40_500_000, 40), "belt", 40) as [number, number];
  expect(lon).toBeCloseTo(116.9, 3);
});

test("addresses of tiles", () => {
  expect(tileUrl("/tiles/a/{z}/{x}/{y}.mvt?v=1", 3, 4, 5)).toBe("/tiles/a/3/4/5.mvt?v=1");
  expect(tileJsonUrl("a/b", "2026-11-22")).toEqual(["/tiles/a%2Fb.json", { on: "2026-11-22" }]);
});

test("a tile touches what lies in it", () => {
  expect(worldPixel([0, 0], 0)).toEqual([128, 128]);
  expect(tileTouches(1, 1, 0, [118, 28, 119, 29])).toBe(true);
  expect(tileTouches(1, 0, 0, [118, 28, 119, 29])).toBe(false);
});
