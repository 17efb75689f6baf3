import { onScopeDispose, ref, watch } from "vue";
import { get, isAbort, Problem } from "@/api/client";
import { useMap } from "@/map/useMap";
import type { ArcsDocument } from "@/map/redrawTypes";
import type { RedrawMap } from "@/map/useRedrawMap";
import type { RedrawHandle } from "./useRedraw";

const REST_MS = 250;
/** Closer than this the cells on the screen are few enough to be worked on. */
const LEAST_ZOOM = 10.5;

/** Keeps the map's piece of the grid up to the draft: what is on the screen, as it is in force and as the draft leaves it. */
export function useGround(redraw: RedrawHandle, editing: RedrawMap, scheme: () => string | undefined) {
  const map = useMap();
  const tooWide = ref(false);
  const failure = ref<unknown>(null);
  let running: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function load(): Promise<void> {
    running?.abort();
    const mine = (running = new AbortController());
    if (map.getView().zoom < LEAST_ZOOM) return void (tooWide.value = true);
    const asked = { bbox: map.bounds().map((value) => value.toFixed(6)).join(",") };
    const options = { signal: mine.signal };
    const now = redraw.document.value;
    try {
      const force = await get<ArcsDocument>("/grid-arcs", { ...asked, scheme: scheme(), on: redraw.head.effective_from }, options);
      const drafted = now && now.operations.length > 0 && !now.change;
      const draft = drafted ? await get<ArcsDocument>(`/redraws/${encodeURIComponent(now.id)}/arcs`, asked, options) : force;
      if (mine.signal.aborted) return;
      editing.setInForce(force);
      editing.setDraft(draft);
      tooWide.value = false;
      failure.value = null;
    } catch (error) {
      if (isAbort(error)) return;
      if (error instanceof Problem && error.status === 413) tooWide.value = true;
      else if (!(error instanceof Problem && error.status === 409)) failure.value = error;
    }
  }

  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void load(), REST_MS);
  };
  map.onView(soon);
  watch(() => redraw.head.effective_from, soon);
  onScopeDispose(() => {
    clearTimeout(timer);
    running?.abort();
  });
  return { load, soon, tooWide, failure };
}
