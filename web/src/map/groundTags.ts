/** Words on ground that passes from one cell to another: how much, and where it goes. */
import L from "leaflet";
import { box } from "./dom";
import { middle } from "./overlays";
import type { MovedGround } from "./redrawTypes";

export class GroundTags {
  private readonly group = L.layerGroup();

  constructor(map: L.Map) {
    this.group.addTo(map);
  }

  show(grounds: readonly MovedGround[]): void {
    this.group.clearLayers();
    for (const { geometry, label } of grounds) {
      const [lon, lat] = middle(geometry);
      const words = document.createElement("span");
      words.textContent = label;
      const icon = L.divIcon({ className: "m-anchor", html: box("m-tag m-tag-moved", words), iconSize: [0, 0] });
      this.group.addLayer(L.marker([lat, lon], { icon, interactive: false, keyboard: false, pane: "map-pins" }));
    }
  }
}
