/** Words on ground that passes from one cell to another: how much, and where it goes. */
import L from "leaflet";
import { boxOf, toPosition } from "./arcs";
import { box } from "./dom";
import { linesOfGround } from "./ground";
import type { MovedGround } from "./redrawTypes";

export class GroundTags {
  private readonly group = L.layerGroup();

  constructor(map: L.Map) {
    this.group.addTo(map);
  }

  show(grounds: readonly MovedGround[]): void {
    this.group.clearLayers();
    for (const { geometry, label } of grounds) {
      // Above it, so that small ground is not hidden by the words on it.
      const places = linesOfGround(geometry).flat(2);
      if (places.length === 0) continue;
      const [west, , east, north] = boxOf(places);
      const [lon, lat] = toPosition([(west + east) / 2, north]);
      const words = document.createElement("span");
      words.textContent = label;
      const icon = L.divIcon({ className: "m-anchor", html: box("m-tag m-tag-moved", words), iconSize: [0, 0] });
      this.group.addLayer(L.marker([lat, lon], { icon, interactive: false, keyboard: false, pane: "map-pins" }));
    }
  }
}
