/** Ground as rings on the lattice, for the painter. Pure. */
import { toPlace, type Line } from "./arcs";
import type { Geometry, Position } from "./types";

/** Polygons of a geometry, each as its rings; what is no ground gives none. */
export function linesOfGround(geometry: Geometry): Line[][] {
  switch (geometry.type) {
    case "Polygon":
      return [rings(geometry.coordinates)];
    case "MultiPolygon":
      return geometry.coordinates.map(rings);
    case "GeometryCollection":
      return geometry.geometries.flatMap(linesOfGround);
    default:
      return [];
  }
}

function rings(polygon: Position[][]): Line[] {
  return polygon.map((ring) => ring.map(([lon, lat]) => toPlace([lon!, lat!])));
}
