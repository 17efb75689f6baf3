/** Small pieces of the document made without markup: names come from strangers' files and are only ever text. */
import { ICONS, type IconName } from "@/parts/icons";
import type { Mark } from "./types";

const SVG = "http://www.w3.org/2000/svg";

export function box(className: string, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement("div");
  made.className = className;
  made.append(...children);
  return made;
}

/** One of the app's icons as an element. */
export function icon(name: IconName): SVGElement {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("class", "i s");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("aria-hidden", "true");
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    made.append(path);
  }
  return made;
}

/** The icon of a verdict, or none for marks that are no verdict. */
export function markIcon(mark: Mark): SVGElement | null {
  if (mark === "nodata") return icon("v-undetermined");
  return mark === "fault" ? null : icon(`v-${mark}`);
}
