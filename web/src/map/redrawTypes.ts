/** Words of redrawing: the piece of the grid an editor gets, and the operations it asks for (contract §3). Coordinates are lon, lat EPSG:4490. */
import type { Geometry, LonLat } from "./types";

/** One boundary, told once. d: its first place in units of 1e-9 degree, then steps. right null = outline of the grid, which is locked. */
export interface ArcItem {
  readonly id: string;
  readonly left: string;
  readonly right: string | null;
  readonly locked: boolean;
  readonly closed: boolean;
  readonly d: readonly (readonly [number, number])[];
}

export interface ArcCell {
  readonly code: string;
  readonly name: string;
  readonly parent: string | null;
  readonly area_m2: string;
  readonly bbox: readonly [number, number, number, number];
  /** False: a neighbour, shown and followed, but not itself up for change. */
  readonly asked: boolean;
  /** Rings of each part, its shell first: positions in `arcs` from 1, negative = backward. */
  readonly parts: readonly (readonly (readonly number[])[])[];
}

/** Answer of /redraws/{id}/arcs and /grid-arcs. */
export interface ArcsDocument {
  readonly scheme: string;
  readonly on: string;
  readonly revision: number;
  readonly scale: number;
  readonly arcs: readonly ArcItem[];
  readonly cells: readonly ArcCell[];
}

export type RedrawTool = "select" | "vertex" | "reshape" | "split" | "merge" | "transfer";

/** A position as it goes to the server: whole units divided by 1e9, so that its decimals are exact. */
export type LatticePosition = [lon: number, lat: number];

export interface LineString {
  readonly type: "LineString";
  readonly coordinates: LatticePosition[];
}

/** What a gesture asks for. Names of parts and of a merged cell are proposals: the page may ask before it sends them. */
export type DrawnOperation =
  | { readonly op: "move_vertices"; readonly moves: { readonly from: LatticePosition; readonly to: LatticePosition }[] }
  | { readonly op: "reshape"; readonly between: [string, string]; readonly line: LineString; readonly snap_m: number }
  | { readonly op: "split"; readonly cell: string; readonly line: LineString; readonly parts: { readonly name: string; readonly code?: string }[] }
  | { readonly op: "merge"; readonly cells: string[]; readonly name: string; readonly code?: string }
  | { readonly op: "transfer"; readonly area: { readonly type: "Polygon"; readonly coordinates: LatticePosition[][] }; readonly to: string };

/** What a gesture would change, while it goes on: approximate, square metres by code of the cell. */
export interface RedrawPreview {
  readonly deltaM2: ReadonlyMap<string, number>;
}

/** A vertex that is held: by the pointer, the keyboard or the fields. */
export interface HeldVertex {
  readonly at: LonLat;
  /** Codes of all cells that have it. */
  readonly owners: readonly string[];
  /** Boundaries of three or more cells meet here. */
  readonly isNode: boolean;
  /** On the outline of the grid: it cannot be moved. */
  readonly locked: boolean;
  /** How many vertices are held together with it, itself included. */
  readonly together: number;
  /** Metres from where it was; 0 when it rests. */
  readonly movedM: number;
  /** What it is drawn to now. */
  readonly snapped: string | null;
}

/** Ground that passes from one cell to another, hatched with a word on it. */
export interface MovedGround {
  readonly geometry: Geometry;
  readonly label: string;
}

/** What is shown of the draft: the grid in force, both, or the grid as the draft leaves it. */
export type RedrawCompare = "before" | "both" | "after";

/** Why a gesture came to nothing: for the page to say. */
export type RedrawRefusal = "locked" | "outside" | "pair" | "short" | "nodes" | "closed" | "crossing" | "few";
