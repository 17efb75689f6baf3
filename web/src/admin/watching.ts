import { get, isAbort, stream } from "@/api/client";
import type { ImportDocument } from "./types";

const EVERY_MS = 1500;
type Job = Pick<ImportDocument, "state" | "done" | "total" | "message" | "finished_at">;

/** Tells how far a job is until it ends: as the server says it, or, where events do not come through, by asking again and again. */
export async function follow(id: string, tell: (job: Job) => void, signal: AbortSignal): Promise<void> {
  const path = `/jobs/${encodeURIComponent(id)}`;
  let ended = false;
  try {
    await stream(`${path}/events`, ({ data }) => {
      const job = JSON.parse(data) as Job;
      ended = job.finished_at !== null;
      tell(job);
    }, { signal });
  } catch (error) {
    if (isAbort(error)) throw error;
  }
  while (!ended) {
    const job = await get<Job>(path, {}, { signal });
    tell(job);
    ended = job.finished_at !== null;
    if (!ended) await pause(signal);
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, EVERY_MS);
    signal.addEventListener("abort", () => (clearTimeout(timer), reject(new DOMException("aborted", "AbortError"))), { once: true });
  });
}
