/** The page's side of the tile engine: the same words whether it runs in a worker or here. */
import { TileEngine, type Painted, type Scene, type TilePlace } from "./tileEngine";
import type { FromWorker, ToWorker } from "./tileWorker";
import type { Hit } from "./types";

export interface TileClient {
  setScene(scene: Scene): void;
  want(place: TilePlace): void;
  drop(id: string): void;
  retry(): void;
  hits(place: Pick<TilePlace, "z" | "x" | "y" | "size">, fx: number, fy: number): Promise<Hit[]>;
}

/** A worker where the browser can paint in one, the page itself otherwise. */
export function makeTileClient(onPainted: (painted: Painted) => void): TileClient {
  const able = typeof Worker === "function" && typeof OffscreenCanvas === "function" && "transferToImageBitmap" in OffscreenCanvas.prototype;
  return able ? new WorkerClient(onPainted) : new PageClient(onPainted);
}

class WorkerClient implements TileClient {
  private readonly worker = new Worker(new URL("./tileWorker.ts", import.meta.url), { type: "module", name: "tiles" });
  private readonly questions = new Map<number, (hits: Hit[]) => void>();
  private asked = 0;

  constructor(onPainted: (painted: Painted) => void) {
    this.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.say === "painted") return onPainted(data.painted);
      this.questions.get(data.question)?.(data.hits);
      this.questions.delete(data.question);
    };
  }

  setScene(scene: Scene): void {
    this.send({ say: "scene", scene });
  }

  want(place: TilePlace): void {
    this.send({ say: "want", place });
  }

  drop(id: string): void {
    this.send({ say: "drop", id });
  }

  retry(): void {
    this.send({ say: "retry" });
  }

  hits(place: Pick<TilePlace, "z" | "x" | "y" | "size">, fx: number, fy: number): Promise<Hit[]> {
    const question = ++this.asked;
    return new Promise((resolve) => {
      this.questions.set(question, resolve);
      this.send({ say: "hits", question, place, fx, fy });
    });
  }

  private send(message: ToWorker): void {
    this.worker.postMessage(message);
  }
}

/** Tiles painted in the page, one an idle moment, so that a finger on the map is always answered. */
class PageClient implements TileClient {
  private readonly engine: TileEngine;
  private readonly queue = new Map<string, TilePlace>();
  private busy = false;

  constructor(onPainted: (painted: Painted) => void) {
    this.engine = new TileEngine({
      canvas: (side) => Object.assign(document.createElement("canvas"), { width: side, height: side }),
      finish: (canvas) => canvas as HTMLCanvasElement,
      fetch: (url, signal) => fetch(url, { signal, credentials: "same-origin", priority: "high" }),
      tell: onPainted,
    });
  }

  setScene(scene: Scene): void {
    this.engine.setScene(scene);
  }

  want(place: TilePlace): void {
    this.queue.set(place.id, place);
    this.next();
  }

  drop(id: string): void {
    this.queue.delete(id);
    this.engine.drop(id);
  }

  retry(): void {
    this.engine.retry();
  }

  hits(place: Pick<TilePlace, "z" | "x" | "y" | "size">, fx: number, fy: number): Promise<Hit[]> {
    return Promise.resolve(this.engine.hits(place, fx, fy));
  }

  private next(): void {
    if (this.busy) return;
    const [first] = this.queue.values();
    if (!first) return;
    this.busy = true;
    idle(() => {
      this.busy = false;
      this.queue.delete(first.id);
      this.engine.want(first);
      this.next();
    });
  }
}

function idle(run: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(run, { timeout: 200 });
  else setTimeout(run, 16);
}
