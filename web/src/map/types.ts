/** Words shared by everything that draws on the map. Coordinates are lon, lat in degrees (EPSG:4490) everywhere but inside a tile. */
import type { Geometry, MultiPolygon, Polygon, Position } from "geojson";

export type LonLat = readonly [lon: number, lat: number];
export type Bbox = readonly [west: number, south: number, east: number, north: number];
export type Areal = Polygon | MultiPolygon;
export type { Geometry, Position };

export type Verdict = "prohibited" | "undetermined" | "conditional" | "permitted";
/** Verdicts and what has none: ground nothing is known of, and a fault of a file. */
export type Mark = Verdict | "nodata" | "fault";

export interface View {
  readonly lon: number;
  readonly lat: number;
  readonly zoom: number;
}

export interface Selection {
  readonly kind: "cell" | "zone";
  readonly code: string;
  readonly layer?: string;
  readonly level?: string;
  readonly geometry?: Geometry | null;
}

export interface Overlap {
  readonly id?: string;
  readonly geometry: Geometry;
  readonly verdict: Mark;
  /** Said on a label at the middle of the overlap, as text. */
  readonly label?: string;
}

export interface Pin {
  readonly id: string;
  readonly at: LonLat;
  /** At most four characters inside the pin: a number or a letter. */
  readonly text?: string;
  readonly title: string;
  readonly mark?: Mark | "plain";
}

export interface Variant {
  readonly geometry: Geometry;
  readonly verdict?: Verdict;
  readonly label: string;
}

export interface Fault {
  readonly id: string;
  readonly geometry: Geometry;
  readonly title: string;
}

/** What lies under the pointer, as the tiles know it. */
export interface Hit {
  readonly source: string;
  readonly kind: string;
  readonly level?: string;
  readonly code: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, Scalar>>;
}

export type Scalar = string | number | boolean;

/** A layer of the catalogue as the reader has set it. */
export interface LayerState {
  readonly key: string;
  readonly kind: string;
  readonly title: string;
  readonly edition?: string | null;
  readonly visible: boolean;
  /** 0 to 1. */
  readonly opacity: number;
}

export interface Level {
  readonly key: string;
  readonly label: string;
}
