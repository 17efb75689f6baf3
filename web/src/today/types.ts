import type { Box, LonLat } from "@/api/types";

export interface Named {
  id: string;
  name: string;
}

/** In which right somebody answers for a cell. `to`: first day no longer, null = until further notice. */
export interface Post {
  role: string;
  line: string;
  from: string;
  to: string | null;
  stand_in: boolean;
  stand_in_for: Named | null;
  mandate: string | null;
}

export interface InCharge extends Post {
  cell: string;
  person: Named | null;
}

export interface OtherCell {
  level: string;
  code: string;
  name: string;
  responsible: InCharge[];
}

export interface Duty {
  role: string;
  line: string;
  text: string;
  citation: { instrument: string | null; article: string | null; status: string };
}

export interface ZoneInCell {
  layer: string;
  title: string;
  kind: string;
  edition: string;
  code: string | null;
  name: string | null;
  area_m2: string | null;
  share: string | null;
}

export interface MyCell {
  scheme: string;
  level: string;
  code: string;
  name: string;
  area_m2: string;
  bbox: Box;
  point: LonLat;
  own: Post[];
  duties: Duty[];
  neighbours: OtherCell[];
  zones: ZoneInCell[];
  /** Next level first or last as the server gives them; shown nearest first. */
  above: OtherCell[];
  missing: string[];
  /** Layers of which not everything is known in this cell. */
  unknown?: { layer: string; title?: string; reason: string }[];
}

export interface Me {
  username: string;
  role: string;
  cell: string | null;
  person: Named | null;
  /** Why these cells: held by the account's person; the cell the account is bound to and those below; neither. */
  basis: "person" | "cell" | "none";
  cells: MyCell[];
  /** Cells beyond those a page can be read of. */
  more: number;
  /** Cells held that are not in force on the day. */
  gone: { scheme: string; code: string }[];
}
