/** The scale bar: metres a pixel on the ground, a round length, and the 1:n a person knows from paper. */

/** Half the axis of the sphere that web maps are drawn on, metres. */
const SPHERE_M = 6378137;
/** A CSS pixel is 1/96 inch. */
const PIXEL_M = 0.0254 / 96;

export interface ScaleBar {
  readonly metres: number;
  readonly pixels: number;
  readonly label: string;
  readonly denominator: number;
}

/** Metres on the ground that one CSS pixel covers at a latitude and zoom of 256-pixel tiles. */
export function metresPerPixel(lat: number, zoom: number): number {
  return (2 * Math.PI * SPHERE_M * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** zoom);
}

/** The greatest of 1, 2, 5 times a power of ten that does not exceed the length. */
export function roundLength(metres: number): number {
  const power = 10 ** Math.floor(Math.log10(metres));
  const lead = metres / power;
  return power * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1);
}

/** A length as a scale bar says it: metres below a kilometre. */
export function lengthLabel(metres: number): string {
  return metres < 1000 ? `${plain(metres)} m` : `${plain(metres / 1000)} km`;
}

function plain(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** n of 1:n, to two leading figures: the paper equivalent of a screen that nobody has measured. */
export function denominator(lat: number, zoom: number): number {
  const exact = metresPerPixel(lat, zoom) / PIXEL_M;
  const unit = 10 ** (Math.floor(Math.log10(exact)) - 1);
  return Math.round(exact / unit) * unit;
}

/** The bar of at most `widest` pixels at a latitude and zoom. */
export function scaleBar(lat: number, zoom: number, widest = 150): ScaleBar {
  const each = metresPerPixel(lat, zoom);
  const metres = roundLength(each * widest);
  return { metres, pixels: Math.round(metres / each), label: lengthLabel(metres), denominator: denominator(lat, zoom) };
}
