import { expect, test } from "vitest";
import * as sketch from "./sketch";
import { snap, snapTarget } from "./snap";
import type { LonLat } from "./types";

const SQUARE: LonLat[] = [
  [0, 0],
  [4, 0],
  [4, 4],
  [0, 4],
];
const HOLE: LonLat[] = [
  [1, 1],
  [2, 1],
  [2, 2],
];
const square = sketch.withPart(sketch.EMPTY, "polygon", SQUARE);

test("a ring becomes a closed polygon that turns anticlockwise", () => {
  const clockwise = sketch.withPart(sketch.EMPTY, "polygon", [...SQUARE].reverse());
  for (const one of [square, clockwise]) {
    const geometry = sketch.toGeometry(one) as { coordinates: number[][][] };
    const ring = geometry.coordinates[0]!;
    expect(ring).toHaveLength(5);
    expect(ring[0]).toEqual(ring[4]);
    expect(ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i]![0]! * y! - x! * ring[i]![1]!, 0)).toBe(32);
  }
});

test("a hole goes into the shape it lies in, and turns clockwise", () => {
  const geometry = sketch.toGeometry(sketch.withHole(square, HOLE)) as { coordinates: number[][][] };
  expect(geometry.coordinates).toHaveLength(2);
  expect(geometry.coordinates[1]).toEqual([
    [2, 2],
    [2, 1],
    [1, 1],
    [2, 2],
  ]);
  expect(
    sketch.withHole(square, [
      [9, 9],
      [10, 9],
      [10, 10],
    ]),
  ).toBe(square);
});

test("two shapes are a MultiPolygon; a line or a point stands alone", () => {
  const two = sketch.withPart(square, "polygon", HOLE);
  expect(sketch.toGeometry(two)!.type).toBe("MultiPolygon");
  expect(sketch.withPart(two, "line", HOLE).parts).toHaveLength(1);
  expect(sketch.toGeometry(sketch.withPart(sketch.EMPTY, "point", [[1, 2]]))).toEqual({ type: "Point", coordinates: [1, 2] });
});

test("geometry goes in and comes out the same", () => {
  const geometry = sketch.toGeometry(sketch.withHole(square, HOLE))!;
  expect(sketch.toGeometry(sketch.fromGeometry(geometry))).toEqual(geometry);
  expect(sketch.fromGeometry(null)).toBe(sketch.EMPTY);
});

test("vertices are moved, put in and taken away without touching what was", () => {
  const at = { part: 0, ring: 0, at: 1 };
  expect(sketch.moved(square, at, [5, 5]).parts[0]![0]![1]).toEqual([5, 5]);
  expect(sketch.inserted(square, at, [2, 0]).parts[0]![0]).toEqual([
    [0, 0],
    [2, 0],
    [4, 0],
    [4, 4],
    [0, 4],
  ]);
  expect(sketch.removed(square, at).parts[0]![0]).toEqual([
    [0, 0],
    [4, 4],
    [0, 4],
  ]);
  expect(square.parts[0]![0]).toEqual(SQUARE);
});

test("a ring that would mean nothing goes; with an outer ring goes its part", () => {
  const holed = sketch.withHole(square, HOLE);
  expect(sketch.removed(holed, { part: 0, ring: 1, at: 0 }).parts[0]).toHaveLength(1);
  expect(sketch.removed(sketch.withPart(sketch.EMPTY, "polygon", HOLE), { part: 0, ring: 0, at: 0 }).parts).toEqual([]);
});

test("what was done is taken back and done again in order", () => {
  let history = sketch.started(square);
  history = sketch.changed(history, sketch.shifted(square, 1, 0));
  history = sketch.changed(history, sketch.shifted(square, 2, 0));
  history = sketch.undone(sketch.undone(history));
  expect(history.now).toBe(square);
  expect(sketch.undone(history)).toBe(history);
  history = sketch.redone(history);
  expect(history.now.parts[0]![0]![0]).toEqual([1, 0]);
});

test("a new change forgets what had been taken back", () => {
  const history = sketch.changed(sketch.undone(sketch.changed(sketch.started(square), sketch.EMPTY)), square);
  expect(history.future).toEqual([]);
  expect(sketch.redone(history)).toBe(history);
});

test("a bow tie crosses itself, a square does not, nor does a line", () => {
  const tie: LonLat[] = [
    [0, 0],
    [4, 4],
    [4, 0],
    [0, 4],
  ];
  expect(sketch.crossesItself(sketch.withPart(sketch.EMPTY, "polygon", tie))).toBe(true);
  expect(sketch.crossesItself(square)).toBe(false);
  expect(sketch.crossesItself(sketch.withPart(sketch.EMPTY, "line", tie))).toBe(false);
});

test("a rectangle has four corners whichever two were given", () => {
  expect(sketch.rectangle([4, 0], [0, 4])).toEqual(SQUARE);
});

const TARGET = snapTarget("红线", sketch.toGeometry(square)!);

test("a place near a corner is drawn to the corner, even when an edge is nearer", () => {
  expect(snap([3.95, 0.01], [TARGET], [0.01, 0.01])).toEqual({ at: [4, 0], title: "红线", vertex: true });
});

test("a place near an edge is drawn to its foot on the edge", () => {
  expect(snap([2, 0.05], [TARGET], [0.01, 0.01])).toEqual({ at: [2, 0], title: "红线", vertex: false });
});

test("a place far from every border stays where it is", () => {
  expect(snap([2, 2], [TARGET], [0.01, 0.01])).toBeNull();
  expect(snap([2, 2], [], [0.01, 0.01])).toBeNull();
});
