import { computed, onScopeDispose, ref, shallowRef, watch } from "vue";
import { get, isAbort, stream } from "@/api/client";
import type { Page } from "@/api/types";
import { isOver, MOST_LISTED } from "./outcome";
import type { Batch, BatchSite } from "./types";

const PAGE = 1000;
const LOOK_MS = 2000;

/** A batch as it goes on: its counts, and its rows as they are answered. Told by events; where they are torn, looked at every two seconds. */
export function useBatch(id: () => string) {
  const batch = shallowRef<Batch | null>(null);
  const sites = shallowRef<BatchSite[]>([]);
  const failure = shallowRef<unknown>(null);
  /** The last look failed, what is shown may be old. */
  const stale = ref(false);
  const listedAll = computed(() => sites.value.length < MOST_LISTED || (batch.value?.rows ?? 0) <= sites.value.length);
  let running: AbortController | null = null;

  watch(id, start, { immediate: true });
  onScopeDispose(() => running?.abort());

  async function start(): Promise<void> {
    running?.abort();
    const { signal } = (running = new AbortController());
    batch.value = failure.value = null;
    sites.value = [];
    const look = looker(id(), signal);
    try {
      await look();
    } catch (error) {
      if (!isAbort(error)) failure.value = error;
      return;
    }
    await follow(look, signal);
  }

  async function follow(look: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const quietly = (): Promise<void> => look().then(() => void (stale.value = false), (error: unknown) => void (stale.value ||= !isAbort(error)));
    while (!signal.aborted && batch.value && !isOver(batch.value)) {
      try {
        await stream(`/jobs/${encodeURIComponent(batch.value.id)}/events`, () => void quietly(), { signal });
      } catch {
        // Too many streams, or a line that carries none: the looks below tell as much, a little later.
      }
      await pause(LOOK_MS / 4, signal);
      if (!signal.aborted) await quietly();
      if (batch.value && !isOver(batch.value)) await pause(LOOK_MS, signal);
    }
    stale.value = false;
  }

  /** One look at a time; what comes meanwhile is one more look. */
  function looker(asked: string, signal: AbortSignal): () => Promise<void> {
    const rows = listing(asked, signal);
    let looking: Promise<void> | null = null;
    let again: Promise<void> | null = null;
    const once = async (): Promise<void> => {
      const found = await get<Batch>(`/siting-batches/${encodeURIComponent(asked)}`, {}, { signal });
      const held = await rows(found);
      if (signal.aborted) return;
      batch.value = found;
      sites.value = held;
    };
    const begin = (): Promise<void> => (looking = once().finally(() => (looking = null)));
    return () => (looking ? (again ??= looking.catch(() => undefined).then(() => ((again = null), begin()))) : begin());
  }

  /** The rows so far. They come in file order: only the last page is read anew. A batch that began anew is read from the beginning. */
  function listing(asked: string, signal: AbortSignal): (found: Batch) => Promise<BatchSite[]> {
    let held: BatchSite[] = [];
    let whole = 0;
    let cursor: string | null = null;
    let begun: string | null = null;
    return async (found) => {
      if (found.rows < held.length || found.started_at !== begun) [held, whole, cursor] = [[], 0, null];
      begun = found.started_at;
      while (found.rows > held.length && whole < MOST_LISTED) {
        const page: Page<BatchSite> = await get(`/siting-batches/${encodeURIComponent(asked)}/sites`, { limit: PAGE, cursor }, { signal });
        held = [...held.slice(0, whole), ...page.items];
        if (!page.next) break;
        [whole, cursor] = [held.length, page.next];
      }
      return held;
    };
  }

  return { batch, sites, failure, stale, listedAll, reload: start };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
