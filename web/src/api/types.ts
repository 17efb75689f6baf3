/** What several features read from the server. A feature's own answers are typed in its folder. */

export type Role = "inspector" | "planner" | "supervisor" | "admin";
export type Verdict = "prohibited" | "undetermined" | "conditional" | "permitted";
export type Language = "zh" | "en";
export type LonLat = [number, number];
/** west, south, east, north in degrees. */
export type Box = [number, number, number, number];

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export interface Session {
  username: string;
  role: Role;
  cell: string | null;
  expires_at: string;
}

export interface SchemeLevel {
  key: string;
  label: string;
  rank: number;
  code_length: number;
}

export interface Scheme {
  key: string;
  overlay: boolean;
  revision: number;
  /** Top first. */
  levels: SchemeLevel[];
  /** Days on which the cells in force change, ascending. */
  turns: string[];
}

export interface LocalBasemap {
  key: string;
  title_zh: string;
  title_en: string;
  url: string;
  min_zoom: number;
  max_zoom: number;
  bbox: Box;
}

export interface Installation {
  version: string;
  sample: boolean;
  today: string;
  timezone: string;
  language: Language;
  area: Box | null;
  scheme: string | null;
  schemes: Scheme[];
  basemap: { local: LocalBasemap[]; wmts: { url: string; attribution: string; min_zoom: number; max_zoom: number } | null };
  map_approval: string | null;
  actions: { key: string; zh: string; en: string }[];
}

export interface Cell {
  version: string | number;
  scheme: string;
  level: string;
  code: string;
  name: string;
  parent: string | null;
  area_m2: string;
  from: string;
  to: string | null;
  children: number;
  bbox: Box;
  point: LonLat;
}

export interface Responsible {
  level?: string;
  code?: string;
  name?: string;
  person: { id: string | number; name: string } | string | null;
  role: string;
  line?: string | null;
  from?: string | null;
  to?: string | null;
  stand_in?: boolean;
  [member: string]: unknown;
}

export type SearchKind = "cell" | "zone" | "layer" | "person" | "project";

export interface SearchHit {
  kind: SearchKind;
  title: string;
  subtitle: string;
  code: string | null;
  scheme?: string;
  level?: string;
  layer?: string;
  id?: string | number;
  point: LonLat | null;
  bbox: Box | null;
}

export interface SearchAnswer {
  q: string;
  on: string;
  groups: { kind: SearchKind; items: SearchHit[]; more: boolean }[];
}
