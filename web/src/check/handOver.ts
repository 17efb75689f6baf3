import type { Geometry } from "@/map/types";

export interface HandedOver {
  geometry: Geometry;
  name: string;
}

/** A site that another page found and the form is to take: kept until the form opens. */
let waiting: HandedOver | null = null;

export function handOver(site: HandedOver): void {
  waiting = site;
}

/** The site that waits, once. */
export function takeOver(): HandedOver | null {
  const found = waiting;
  waiting = null;
  return found;
}
