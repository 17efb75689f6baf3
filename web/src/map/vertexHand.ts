/** The tool that holds and moves vertices: one or many, by pointer, finger, keyboard or typed coordinates. All owners follow. */
import { isLocked, isNode, keyOf, ownersOf, placeOf, samePlace, useAt, usesOf, type Line, type Place, type UnitBox, type Use } from "./arcs";
import type { Desk } from "./redrawDesk";
import { crosses, deltasOf, insertOperation, movedArcs, moveOperation, passed, removeOperations, type Moves } from "./redrawEdit";
import { middleAt, pixelsBetween, vertexAt, verticesWithin, type EdgeHit } from "./redrawHits";
import { LEAST_EDGE_PX } from "./redrawPaint";
import type { HeldVertex } from "./redrawTypes";

const STILL_PX = 3;
const CROSS_PX = 60;
const NUDGE_MS = 900;

interface Drag {
  readonly kind: "move" | "insert" | "frame";
  readonly from: Place;
  /** Of the vertex under the pointer, which may be a little off it. */
  readonly grip: Place;
  readonly edge: EdgeHit | null;
  to: Place;
  moved: boolean;
}

export class VertexHand {
  /** Vertices held, the one whose coordinates are told last. */
  held: readonly Use[] = [];
  hover: Place | null = null;
  frame: UnitBox | null = null;
  /** A tap adds to what is held and a drag over empty ground frames, as with the shift key. */
  many = false;
  private drag: Drag | null = null;
  private nudge: readonly [number, number] = [0, 0];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly desk: Desk;
  private readonly told: (held: HeldVertex | null) => void;

  constructor(desk: Desk, told: (held: HeldVertex | null) => void) {
    this.desk = desk;
    this.told = told;
  }

  get isDragging(): boolean {
    return this.drag !== null;
  }

  /** A drag or a row of key presses is under way: the grid must not be told anew meanwhile. */
  get isGoing(): boolean {
    return this.drag !== null || this.nudge.some((by) => by !== 0);
  }

  /** True when the press was on something of this tool's: the map does not move then. */
  press(place: Place, shift: boolean): boolean {
    if (this.desk.busy) return false;
    this.settle();
    const hit = vertexAt(this.desk.net, place, this.desk.reach(), (arc) => this.ours(arc));
    if (hit) return this.grasp(hit, place, shift || this.many);
    const edge = middleAt(this.desk.net, place, this.desk.reach(), LEAST_EDGE_PX);
    if (edge) return this.begin("insert", place, edge.foot, edge);
    return shift || this.many ? this.begin("frame", place, place, null) : false;
  }

  private ours(arc: number): boolean {
    const { editable, locked } = this.desk.net.arcs[arc]!;
    return editable || locked;
  }

  private grasp(hit: Use, place: Place, add: boolean): boolean {
    const at = placeOf(this.desk.net, hit);
    const isHeld = this.held.some((use) => samePlace(placeOf(this.desk.net, use), at));
    if (add) this.hold(isHeld ? this.held.filter((use) => !samePlace(placeOf(this.desk.net, use), at)) : [...this.held, hit]);
    else this.hold(isHeld ? [...this.held.filter((use) => use !== hit), hit] : [hit]);
    if (isLocked(this.desk.net, hit)) this.desk.say("locked");
    else if (!add) return this.begin("move", place, at, null);
    return true;
  }

  private begin(kind: Drag["kind"], from: Place, grip: Place, edge: EdgeHit | null): boolean {
    this.drag = { kind, from, grip, edge, to: grip, moved: false };
    return true;
  }

  move(place: Place): void {
    const { drag, desk } = this;
    if (!drag) return this.point(place);
    if (!drag.moved && pixelsBetween(place, drag.from, desk.reach()) < STILL_PX) return;
    drag.moved = true;
    if (drag.kind === "frame") {
      const [[x1, y1], [x2, y2]] = [drag.from, place];
      this.frame = [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
      return desk.refresh();
    }
    const wanted: Place = [drag.grip[0] + place[0] - drag.from[0], drag.grip[1] + place[1] - drag.from[1]];
    const caught = desk.caughtByOthers(wanted);
    drag.to = caught.place;
    desk.snapTo(caught);
    if (drag.kind === "insert") this.preview(this.inserted(drag));
    else this.preview(this.movedBy(drag.grip, drag.to));
    this.tell(drag.grip, drag.to, caught.title);
  }

  /** Nothing is dragged: the handle under the pointer stands out. */
  private point(place: Place): void {
    const { desk } = this;
    const hit = vertexAt(desk.net, place, desk.reach(), (arc) => this.ours(arc));
    this.hover = hit ? placeOf(desk.net, hit) : (middleAt(desk.net, place, desk.reach(), LEAST_EDGE_PX)?.foot ?? null);
    desk.refresh();
  }

  private preview(arcs: ReadonlyMap<number, Line>): void {
    const { net } = this.desk;
    const rings = [...arcs].flatMap(([arc, line]) => this.ringsOf(arc, line));
    this.desk.show({ arcs, rings, bad: crosses(net, arcs) }, this.deltas(arcs));
  }

  private ringsOf(arc: number, line: Line): Line[] {
    const before = this.desk.net.arcs[arc]!.line;
    return passed(this.widened(before, line), line);
  }

  private deltas(arcs: ReadonlyMap<number, Line>) {
    const { net } = this.desk;
    const wide = { ...net, arcs: net.arcs.map((arc, i) => (arcs.has(i) ? { ...arc, line: this.widened(arc.line, arcs.get(i)!) } : arc)) };
    return deltasOf(wide, arcs);
  }

  /** The old line with as many places as the new one: a vertex drawn out of an edge lay in its middle. */
  private widened(before: Line, after: Line): Line {
    const edge = this.drag?.edge;
    return edge && after.length === before.length + 1 ? [...before.slice(0, edge.at + 1), edge.foot, ...before.slice(edge.at + 1)] : before;
  }

  private inserted({ edge, to }: Drag): Map<number, Line> {
    const { line } = this.desk.net.arcs[edge!.arc]!;
    return new Map([[edge!.arc, [...line.slice(0, edge!.at + 1), to, ...line.slice(edge!.at + 1)]]]);
  }

  private moves(from: Place, to: Place): Moves {
    const by: Place = [to[0] - from[0], to[1] - from[1]];
    const free = this.held.filter((use) => !isLocked(this.desk.net, use)).map((use) => placeOf(this.desk.net, use));
    return new Map(free.map((place) => [keyOf(place), [place, [place[0] + by[0], place[1] + by[1]]] as const]));
  }

  private movedBy(from: Place, to: Place): Map<number, Line> {
    return movedArcs(this.desk.net, this.held, this.moves(from, to));
  }

  /** The pointer is let go. */
  release(): void {
    const { drag, frame, desk } = this;
    this.drag = null;
    this.frame = null;
    if (!drag?.moved) return desk.show(null, null);
    if (drag.kind === "frame" && frame) return this.hold(this.union(verticesWithin(desk.net, frame)));
    if (desk.gesture?.bad) {
      desk.say("crossing");
      this.drop();
    } else if (drag.kind === "insert") void desk.ask([insertOperation(desk.net.arcs[drag.edge!.arc]!, drag.edge!.at, drag.to)]).then(() => this.find([drag.to]));
    else void this.commit(drag.grip, drag.to);
  }

  private union(uses: readonly Use[]): Use[] {
    const have = new Set(uses.map((use) => keyOf(placeOf(this.desk.net, use))));
    return [...this.held.filter((use) => !have.has(keyOf(placeOf(this.desk.net, use)))), ...uses];
  }

  private async commit(from: Place, to: Place): Promise<void> {
    const moves = this.moves(from, to);
    if (samePlace(from, to) || moves.size === 0) return void this.drop();
    const [before, after] = [[...moves.values()].map(([tail]) => tail), [...moves.values()].map(([, head]) => head)];
    await this.desk.ask([moveOperation(moves)]);
    this.find(after, before);
  }

  /** Takes the vertices at these places in hand, as far as they are there; else those at the others. */
  private find(places: readonly Place[], otherwise: readonly Place[] = []): void {
    const found = (wanted: readonly Place[]): Use[] => wanted.flatMap((place) => useAt(this.desk.net, place) ?? []);
    const uses = found(places);
    this.hold(uses.length > 0 ? uses : found(otherwise));
  }

  /** The grid has been told anew: what is held is looked for again. */
  renewed(places: readonly Place[]): void {
    this.drag = null;
    this.find(places);
  }

  heldPlaces(): Place[] {
    return this.held.map((use) => placeOf(this.desk.net, use));
  }

  /** What is going on comes to nothing; true when there was something. */
  drop(): boolean {
    const had = this.isGoing;
    clearTimeout(this.timer);
    this.drag = null;
    this.frame = null;
    this.nudge = [0, 0];
    this.desk.snapTo(null);
    this.desk.show(null, null);
    this.tellRest();
    return had;
  }

  hold(uses: readonly Use[]): void {
    this.held = uses;
    this.tellRest();
    this.desk.refresh();
  }

  private tellRest(): void {
    const last = this.held.at(-1);
    if (!last) return this.told(null);
    const at = placeOf(this.desk.net, last);
    this.tell(at, at, null);
  }

  private tell(from: Place, to: Place, snapped: string | null): void {
    const { net } = this.desk;
    const use = this.held.at(-1);
    const edge = this.drag?.edge;
    const arc = edge ? net.arcs[edge.arc]! : null;
    this.told({
      at: [to[0] / 1e9, to[1] / 1e9],
      owners: arc ? [arc.left, arc.right!].sort() : use ? ownersOf(net, use) : [],
      isNode: !arc && use !== undefined && isNode(net, use),
      locked: !arc && use !== undefined && isLocked(net, use),
      together: arc ? 1 : this.held.length,
      movedM: samePlace(from, to) ? 0 : this.desk.metres(from, to),
      snapped,
    });
  }

  /** A click on ground that is no handle's; by keys: the vertex nearest to the cross. */
  click(place: Place, byKeys: boolean): void {
    if (!byKeys) return this.many ? undefined : this.hold([]);
    const hit = vertexAt(this.desk.net, place, this.desk.reach(CROSS_PX), (arc) => this.ours(arc));
    this.hold(hit ? [hit] : []);
  }

  /** Moves what is held by pixels; it is asked for when the keys rest. */
  nudgeBy(x: number, y: number): boolean {
    const last = this.held.at(-1);
    if (!last || this.desk.busy) return false;
    if (isLocked(this.desk.net, last)) {
      this.desk.say("locked");
      return true;
    }
    const reach = this.desk.reach();
    this.nudge = [this.nudge[0] + Math.round(x * reach.x), this.nudge[1] + Math.round(y * reach.y)];
    const from = placeOf(this.desk.net, last);
    const to: Place = [from[0] + this.nudge[0], from[1] + this.nudge[1]];
    this.preview(this.movedBy(from, to));
    this.tell(from, to, null);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), NUDGE_MS);
    return true;
  }

  /** Asks for what the keys have moved; true when there was something. */
  settle(): boolean {
    clearTimeout(this.timer);
    const last = this.held.at(-1);
    const [x, y] = this.nudge;
    this.nudge = [0, 0];
    if (!last || (x === 0 && y === 0)) return false;
    if (this.desk.gesture?.bad) {
      this.desk.say("crossing");
      this.drop();
      return true;
    }
    const from = placeOf(this.desk.net, last);
    void this.commit(from, [from[0] + x, from[1] + y]);
    return true;
  }

  /** Puts the told vertex at a place that was typed; the others held with it go along. */
  async put(to: Place): Promise<void> {
    const last = this.held.at(-1);
    if (!last || this.desk.busy) return;
    if (isLocked(this.desk.net, last)) return this.desk.say("locked");
    const from = placeOf(this.desk.net, last);
    if (crosses(this.desk.net, this.movedBy(from, to))) return this.desk.say("crossing");
    await this.commit(from, to);
  }

  remove(): void {
    if (this.held.length === 0 || this.desk.busy) return;
    const operations = removeOperations(this.desk.net, this.held);
    if (typeof operations === "string") return this.desk.say(operations);
    this.hold([]);
    void this.desk.ask(operations);
  }

  /** Holds the next or the former vertex along the boundary; from nothing, the first one that may be moved. */
  step(by: 1 | -1): void {
    const { net } = this.desk;
    const last = this.held.at(-1) ?? { arc: net.arcs.findIndex(({ editable }) => editable), at: by > 0 ? -1 : 1 };
    const arc = net.arcs[last.arc];
    if (!arc) return;
    const at = last.at + by;
    if (at >= 0 && at < arc.line.length) return this.hold([{ arc: last.arc, at }]);
    const others = this.held.length ? usesOf(net, last).filter((use) => use.arc !== last.arc && net.arcs[use.arc]!.editable) : [];
    const next = others[0] ?? { arc: last.arc, at: at < 0 ? arc.line.length - 1 : 0 };
    const inward = next.at === 0 ? 1 : net.arcs[next.arc]!.line.length - 2;
    this.hold([others[0] ? { arc: next.arc, at: inward } : next]);
  }
}
