/** The engine in a worker: drawing never holds up the page. */
import { TileEngine, type Painted, type Scene, type TilePlace } from "./tileEngine";
import type { Hit } from "./types";

export type ToWorker =
  | { readonly say: "scene"; readonly scene: Scene }
  | { readonly say: "want"; readonly place: TilePlace }
  | { readonly say: "drop"; readonly id: string }
  | { readonly say: "retry" }
  | { readonly say: "hits"; readonly question: number; readonly place: Pick<TilePlace, "z" | "x" | "y" | "size">; readonly fx: number; readonly fy: number };

export type FromWorker = { readonly say: "painted"; readonly painted: Painted } | { readonly say: "hits"; readonly question: number; readonly hits: Hit[] };

/** The part of a worker's scope used here; the page's own types are loaded for the whole project. */
interface Scope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
}

const scope = self as unknown as Scope;

const engine = new TileEngine({
  canvas: (side) => new OffscreenCanvas(side, side),
  finish: (canvas) => (canvas as OffscreenCanvas).transferToImageBitmap(),
  fetch: (url, signal) => fetch(url, { signal, credentials: "same-origin", priority: "high" }),
  tell: (painted) => scope.postMessage({ say: "painted", painted }, [painted.image as ImageBitmap]),
});

scope.onmessage = ({ data }) => {
  switch (data.say) {
    case "scene":
      return engine.setScene(data.scene);
    case "want":
      return engine.want(data.place);
    case "drop":
      return engine.drop(data.id);
    case "retry":
      return engine.retry();
    case "hits":
      return scope.postMessage({ say: "hits", question: data.question, hits: engine.hits(data.place, data.fx, data.fy) });
  }
};
