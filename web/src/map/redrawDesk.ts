/** What the tools of a redraw share: the grid they work on, what is drawn to where, and the one way a gesture becomes an operation. */
import type L from "leaflet";
import { keyOf, NO_NET, placeOf, toPlace, toPosition, type Line, type Net, type Place } from "./arcs";
import type { MapCore } from "./core";
import { distance } from "./geodesy";
import { edgeAt, vertexAt, type Reach } from "./redrawHits";
import { RedrawLayer } from "./redrawLayer";
import type { Deltas } from "./redrawEdit";
import type { DrawnOperation, RedrawRefusal } from "./redrawTypes";
import { snap, type SnapTarget } from "./snap";
import type { LonLat } from "./types";

export interface DeskEvents {
  /** Settles when the page has carried the operations out, or has refused them. */
  readonly operations: (operations: readonly DrawnOperation[]) => Promise<void>;
  readonly preview: (deltas: Deltas | null) => void;
  readonly refused: (why: RedrawRefusal | null) => void;
  readonly snapped: (title: string | null) => void;
}

export interface Gesture {
  readonly arcs: ReadonlyMap<number, Line>;
  readonly rings: readonly Line[];
  readonly bad: boolean;
}

/** A place drawn to something, and by what name. */
export interface Caught {
  readonly place: Place;
  readonly title: string | null;
}

const MOUSE_PX = 11;
const TOUCH_PX = 24;

export class Desk {
  net: Net = NO_NET;
  force: Net = NO_NET;
  fresh: ReadonlySet<number> = new Set();
  gone: ReadonlySet<number> = new Set();
  /** Outlines of visible zones near by. */
  targets: readonly SnapTarget[] = [];
  gesture: Gesture | null = null;
  snapAt: Place | null = null;
  pointer: Place | null = null;
  busy = false;
  touch = false;
  readonly core: MapCore;
  readonly refresh: () => void;
  private readonly events: DeskEvents;
  private readonly words: { readonly boundary: string; readonly former: string };
  private former: SnapTarget[] = [];

  constructor(core: MapCore, events: DeskEvents, words: { readonly boundary: string; readonly former: string }, refresh: () => void) {
    this.core = core;
    this.events = events;
    this.words = words;
    this.refresh = refresh;
  }

  setNets(net: Net, force: Net): void {
    this.net = net;
    this.force = force;
    const key = (line: Line): string => (keyOf(line[0]!) < keyOf(line.at(-1)!) ? line : [...line].reverse()).map(keyOf).join(",");
    const [now, then] = [net, force].map(({ arcs }) => arcs.map(({ line }) => key(line))) as [string[], string[]];
    const [nows, thens] = [new Set(now), new Set(then)];
    this.fresh = new Set(now.flatMap((one, i) => (thens.has(one) || force.arcs.length === 0 ? [] : [i])));
    this.gone = new Set(then.flatMap((one, i) => (nows.has(one) || !this.told(force, i) ? [] : [i])));
    const lines = [...this.gone].map((i) => force.arcs[i]!.line.map(toPosition));
    this.former = lines.length ? [{ title: this.words.former, lines }] : [];
    this.show(null, null);
  }

  /** An arc in force that the draft's piece of the grid would tell, were it still there. */
  private told(force: Net, arc: number): boolean {
    const { left, right } = force.arcs[arc]!;
    return [left, right].some((code) => code !== null && (this.net.cells.get(code)?.asked ?? force.cells.get(code)?.asked ?? false));
  }

  reach(pixels = this.touch ? TOUCH_PX : MOUSE_PX): Reach {
    return RedrawLayer.reach(this.core.map, pixels);
  }

  placeAt({ lng, lat }: L.LatLng): Place {
    return toPlace([lng, lat]);
  }

  /** A place of a line being drawn: to a vertex of the grid, else to a boundary, else to a zone's outline. */
  caughtByGrid(place: Place): Caught {
    const reach = this.reach();
    const vertex = vertexAt(this.net, place, reach, () => true);
    if (vertex) return { place: placeOf(this.net, vertex), title: this.words.boundary };
    const edge = edgeAt(this.net, place, { ...reach, pixels: reach.pixels * 0.8 }, () => true);
    return edge ? { place: edge.foot, title: this.words.boundary } : this.caughtByOthers(place);
  }

  /** A vertex being moved: boundaries of the draft are not for it, it may not lie on another; those in force that it left are. */
  caughtByOthers(place: Place): Caught {
    const reach = this.reach();
    const found = snap(toPosition(place), [...this.former, ...this.targets], [reach.x / 1e9, reach.y / 1e9], reach.pixels * 0.7);
    return found ? { place: toPlace(found.at), title: found.title } : { place, title: null };
  }

  snapTo(caught: Caught | null): void {
    this.snapAt = caught?.title ? caught.place : null;
    this.events.snapped(caught?.title ?? null);
    this.refresh();
  }

  show(gesture: Gesture | null, deltas: Deltas | null): void {
    this.gesture = gesture;
    this.events.preview(deltas);
    this.refresh();
  }

  say(why: RedrawRefusal | null): void {
    this.events.refused(why);
  }

  /** What the gesture shows stays until the page has answered; meanwhile there is no other. */
  async ask(operations: readonly DrawnOperation[]): Promise<void> {
    if (this.busy || operations.length === 0) return;
    this.busy = true;
    this.say(null);
    this.snapTo(null);
    try {
      await this.events.operations(operations);
    } finally {
      this.busy = false;
      this.show(null, null);
    }
  }

  metres(a: Place, b: Place): number {
    return distance(toPosition(a) as LonLat, toPosition(b) as LonLat);
  }
}
