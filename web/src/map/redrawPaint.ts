/** Paints the boundaries of a redraw: before, after, what a gesture does to them, and the handles. Pixels of one canvas in, no state. */
import { inBox, isLocked, isNode, keyOf, ringsOf, samePlace, usesOf, type Line, type Net, type Place, type UnitBox, type Use } from "./arcs";
import { middleOf, type Reach } from "./redrawHits";
import type { RedrawCompare } from "./redrawTypes";

export interface RedrawScene {
  readonly net: Net;
  readonly force: Net;
  /** Arcs of the draft that are not in force, arcs in force that the draft no longer has. */
  readonly fresh: ReadonlySet<number>;
  readonly gone: ReadonlySet<number>;
  readonly compare: RedrawCompare;
  /** Cells that are chosen, filled. */
  readonly chosen: ReadonlySet<string>;
  /** Rings of ground that passes, each a polygon of its own. */
  readonly moved: readonly (readonly Line[])[];
  /** Arcs as the gesture would have them, and the ground that it passes on. */
  readonly gesture: { readonly arcs: ReadonlyMap<number, Line>; readonly rings: readonly Line[]; readonly bad: boolean } | null;
  /** A line or an area being drawn. */
  readonly drawing: { readonly line: Line; readonly next: Place | null; readonly closed: boolean } | null;
  readonly handles: boolean;
  readonly held: ReadonlySet<string>;
  /** The vertex whose coordinates are told. */
  readonly told: Place | null;
  readonly hover: Place | null;
  readonly pointer: Place | null;
  readonly snap: Place | null;
  readonly frame: UnitBox | null;
}

export interface RedrawInk {
  readonly accent: string;
  readonly before: string;
  readonly ink: string;
  readonly casing: string;
  readonly surface: string;
  readonly bad: string;
}

export interface Camera {
  readonly zoom: number;
  /** World pixel of the canvas' upper left corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Handles on the screen beyond which only those near the pointer are shown. */
export const MOST_HANDLES = 140;
export const NEAR_PX = 90;
export const LEAST_EDGE_PX = 44;
const APART_PX = 11;
const THIN_PX = 0.7;
const MARGIN_PX = 20;
const worlds = new WeakMap<Line, Float64Array>();

/** World coordinates at zoom 0, twice as many numbers as places; kept as long as the line is. */
function world(line: Line): Float64Array {
  let found = worlds.get(line);
  if (!found) {
    found = new Float64Array(line.length * 2);
    line.forEach((place, i) => found!.set(projected(place), i * 2));
    worlds.set(line, found);
  }
  return found;
}

function projected([x, y]: Place): [number, number] {
  const sine = Math.sin((y / 1e9) * (Math.PI / 180));
  return [((x / 1e9 + 180) / 360) * 256, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256];
}

export function pixelOf(place: Place, camera: Camera): [number, number] {
  const [x, y] = projected(place);
  const scale = 2 ** camera.zoom;
  return [x * scale - camera.x, y * scale - camera.y];
}

type Context = CanvasRenderingContext2D;

export function paintRedraw(context: Context, scene: RedrawScene, camera: Camera, ink: RedrawInk, reach: Reach): void {
  context.lineJoin = context.lineCap = "round";
  paintChosen(context, scene, camera, ink);
  if (scene.compare === "both") for (const rings of scene.moved) hatched(context, rings, camera, ink.accent);
  paintArcs(context, scene, camera, ink);
  paintGesture(context, scene, camera, ink);
  paintDrawing(context, scene, camera, ink);
  if (scene.handles && scene.compare !== "before") paintHandles(context, scene, camera, ink, reach);
  paintPointer(context, scene, camera, ink);
}

function trace(context: Context, line: Line, camera: Camera, go = false): void {
  const places = world(line);
  const scale = 2 ** camera.zoom;
  let [lastX, lastY] = [Infinity, Infinity];
  for (let i = 0; i < places.length; i += 2) {
    const [x, y] = [places[i]! * scale - camera.x, places[i + 1]! * scale - camera.y];
    if (i > 0 && i < places.length - 2 && Math.abs(x - lastX) < THIN_PX && Math.abs(y - lastY) < THIN_PX) continue;
    if (i === 0 && !go) context.moveTo(x, y);
    else context.lineTo(x, y);
    [lastX, lastY] = [x, y];
  }
}

function stroke(context: Context, lines: Iterable<Line>, camera: Camera, [color, width, dash]: readonly [string, number, (readonly number[])?]): void {
  context.beginPath();
  for (const line of lines) trace(context, line, camera);
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash([...(dash ?? [])]);
  context.stroke();
  context.setLineDash([]);
}

function paintChosen(context: Context, { net, chosen }: RedrawScene, camera: Camera, ink: RedrawInk): void {
  context.beginPath();
  for (const code of chosen) {
    const cell = net.cells.get(code);
    for (const ring of cell ? ringsOf(net, cell).flat() : []) {
      trace(context, ring, camera);
      context.closePath();
    }
  }
  context.globalAlpha = 0.12;
  context.fillStyle = ink.accent;
  context.fill("evenodd");
  context.globalAlpha = 1;
}

function paintArcs(context: Context, scene: RedrawScene, camera: Camera, ink: RedrawInk): void {
  const seen = (net: Net, wanted: (arc: number) => boolean): Line[] => net.arcs.flatMap((arc, i) => (wanted(i) ? [arc.line] : []));
  const { net, force, fresh, gone, gesture } = scene;
  if (scene.compare === "before") {
    const own = seen(force, (i) => force.arcs[i]!.editable);
    stroke(context, own, camera, [ink.casing, 4]);
    return stroke(context, own, camera, [ink.before, 2]);
  }
  const still = (i: number): boolean => !gesture?.arcs.has(i);
  const locked = seen(net, (i) => net.arcs[i]!.locked);
  const shared = seen(net, (i) => net.arcs[i]!.editable && !fresh.has(i) && still(i));
  const anew = seen(net, (i) => fresh.has(i) && !net.arcs[i]!.locked && still(i));
  stroke(context, [...shared, ...anew, ...locked], camera, [ink.casing, 5]);
  if (scene.compare === "both") dashed(context, seen(force, (i) => gone.has(i)), camera, ink);
  stroke(context, locked, camera, [ink.ink, 2.5, [9, 3]]);
  context.globalAlpha = 0.6;
  stroke(context, shared, camera, [ink.accent, 2]);
  context.globalAlpha = 1;
  stroke(context, anew, camera, [ink.accent, 3]);
}

function dashed(context: Context, lines: readonly Line[], camera: Camera, ink: RedrawInk): void {
  stroke(context, lines, camera, [ink.casing, 3.5]);
  stroke(context, lines, camera, [ink.before, 1.6, [4, 4]]);
}

function paintGesture(context: Context, { net, gesture }: RedrawScene, camera: Camera, ink: RedrawInk): void {
  if (!gesture) return;
  const color = gesture.bad ? ink.bad : ink.accent;
  for (const ring of gesture.rings) hatched(context, [ring], camera, color);
  dashed(context, [...gesture.arcs.keys()].map((arc) => net.arcs[arc]!.line), camera, ink);
  stroke(context, gesture.arcs.values(), camera, [ink.casing, 5]);
  stroke(context, gesture.arcs.values(), camera, [color, 3]);
}

function hatched(context: Context, rings: readonly Line[], camera: Camera, color: string): void {
  context.beginPath();
  for (const ring of rings) {
    trace(context, ring, camera);
    context.closePath();
  }
  context.globalAlpha = 0.1;
  context.fillStyle = color;
  context.fill("evenodd");
  context.globalAlpha = 0.75;
  context.fillStyle = hatchOf(context, color) ?? color;
  context.fill("evenodd");
  context.globalAlpha = 1;
}

const hatches = new Map<string, CanvasPattern | null>();

function hatchOf(context: Context, color: string): CanvasPattern | null {
  if (!hatches.has(color)) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    if (pen) {
      pen.strokeStyle = color;
      pen.lineWidth = 1.1;
      pen.beginPath();
      for (const by of [-8, 0, 8]) {
        pen.moveTo(by - 1, 9);
        pen.lineTo(by + 9, -1);
      }
      pen.stroke();
    }
    hatches.set(color, pen ? context.createPattern(tile, "repeat") : null);
  }
  return hatches.get(color) ?? null;
}

function paintDrawing(context: Context, { drawing }: RedrawScene, camera: Camera, ink: RedrawInk): void {
  if (!drawing || drawing.line.length === 0) return;
  const { line, next, closed } = drawing;
  if (closed && line.length + (next ? 1 : 0) > 2) hatched(context, [next ? [...line, next] : line], camera, ink.accent);
  stroke(context, [line], camera, [ink.casing, 6]);
  stroke(context, [line], camera, [ink.accent, 3]);
  if (next) stroke(context, [[line.at(-1)!, next, ...(closed ? [line[0]!] : [])]], camera, [ink.accent, 1.8, [6, 4]]);
  for (const place of line) circle(context, pixelOf(place, camera), 4.5, ink);
}

/** Vertices in view that may be shown as handles, nodes apart. */
function inView(net: Net, camera: Camera): { nodes: Use[]; plain: Use[] } {
  const nodes = new Map<string, Use>();
  const plain: Use[] = [];
  const scale = 2 ** camera.zoom;
  net.arcs.forEach((arc, number) => {
    if (!arc.editable) return;
    const places = world(arc.line);
    arc.line.forEach((place, at) => {
      const [x, y] = [places[2 * at]! * scale - camera.x, places[2 * at + 1]! * scale - camera.y];
      if (x < -MARGIN_PX || y < -MARGIN_PX || x > camera.width + MARGIN_PX || y > camera.height + MARGIN_PX) return;
      const use = { arc: number, at };
      if (at > 0 && at < arc.line.length - 1) plain.push(use);
      else nodes.set(keyOf(place), use);
    });
  });
  return { nodes: [...nodes.values()], plain };
}

function paintHandles(context: Context, scene: RedrawScene, camera: Camera, ink: RedrawInk, reach: Reach): void {
  const { net, held, pointer, gesture } = scene;
  const { nodes, plain } = inView(net, camera);
  const few = plain.length <= MOST_HANDLES;
  const near = (place: Place): boolean => pointer !== null && inBox(place, [pointer[0], pointer[1], pointer[0], pointer[1]], reach.x * NEAR_PX, reach.y * NEAR_PX);
  const now = ({ arc, at }: Use): Place => gesture?.arcs.get(arc)?.[at] ?? net.arcs[arc]!.line[at]!;
  let last: { readonly arc: number; readonly at: readonly [number, number] } | null = null;
  for (const use of plain) {
    const { line } = net.arcs[use.arc]!;
    const place = line[use.at]!;
    const isHeld = held.has(keyOf(place)) || (scene.hover !== null && samePlace(scene.hover, place));
    if (!few && !isHeld && !near(place)) continue;
    const at = pixelOf(place, camera);
    // Circles do not lie on one another: those between are there, and come with the pointer.
    if (!isHeld && last?.arc === use.arc && Math.hypot(at[0] - last.at[0], at[1] - last.at[1]) < APART_PX) continue;
    last = { arc: use.arc, at };
    circle(context, pixelOf(now(use), camera), isHeld ? 6 : 4.5, ink, isHeld);
    middle(context, scene, camera, ink, use, reach);
  }
  for (const use of nodes) {
    const place = net.arcs[use.arc]!.line[use.at]!;
    if (isNode(net, use)) diamond(context, pixelOf(now(use), camera), ink, { held: held.has(keyOf(place)), locked: isLocked(net, use) });
    else circle(context, pixelOf(now(use), camera), held.has(keyOf(place)) ? 6 : 4.5, ink, held.has(keyOf(place)));
    if (few) for (const begin of usesOf(net, use)) if (begin.at === 0) middle(context, scene, camera, ink, begin, reach);
  }
}

/** The small handle in the middle of the edge that begins at a vertex. */
function middle(context: Context, { net, gesture }: RedrawScene, camera: Camera, ink: RedrawInk, { arc, at }: Use, reach: Reach): void {
  const { line, editable } = net.arcs[arc]!;
  const [from, to] = [line[at], line[at + 1]];
  const place = editable && !gesture && from && to ? middleOf(from, to, reach, LEAST_EDGE_PX) : null;
  if (!place) return;
  context.globalAlpha = 0.7;
  circle(context, pixelOf(place, camera), 2.8, ink);
  context.globalAlpha = 1;
}

function circle(context: Context, [x, y]: readonly [number, number], radius: number, ink: RedrawInk, filled = false): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = filled ? ink.accent : ink.surface;
  context.fill();
  context.lineWidth = 1.8;
  context.strokeStyle = filled ? ink.surface : ink.accent;
  context.stroke();
}

function diamond(context: Context, [x, y]: readonly [number, number], ink: RedrawInk, state: { held: boolean; locked: boolean }): void {
  const side = state.held ? 8 : 6;
  context.beginPath();
  context.moveTo(x, y - side);
  context.lineTo(x + side, y);
  context.lineTo(x, y + side);
  context.lineTo(x - side, y);
  context.closePath();
  context.fillStyle = state.held ? ink.accent : state.locked ? ink.ink : ink.surface;
  context.fill();
  context.lineWidth = 1.8;
  context.strokeStyle = state.held || state.locked ? ink.surface : ink.ink;
  context.stroke();
}

function paintPointer(context: Context, { told, hover, snap, frame }: RedrawScene, camera: Camera, ink: RedrawInk): void {
  const ring = (place: Place, radius: number, alpha: number): void => {
    const [x, y] = pixelOf(place, camera);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.globalAlpha = alpha;
    context.fillStyle = ink.accent;
    context.fill();
    context.globalAlpha = 1;
  };
  if (told) ring(told, 14, 0.22);
  if (hover && !(told && samePlace(told, hover))) ring(hover, 10, 0.22);
  if (snap) {
    const [x, y] = pixelOf(snap, camera);
    context.beginPath();
    context.rect(x - 6, y - 6, 12, 12);
    context.strokeStyle = ink.accent;
    context.lineWidth = 2;
    context.stroke();
  }
  if (!frame) return;
  const [[left, top], [right, bottom]] = [pixelOf([frame[0], frame[3]], camera), pixelOf([frame[2], frame[1]], camera)];
  context.setLineDash([5, 4]);
  context.strokeStyle = ink.accent;
  context.lineWidth = 1.5;
  context.strokeRect(left, top, right - left, bottom - top);
  context.setLineDash([]);
}
