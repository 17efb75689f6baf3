import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { all, connect, get, NetworkDown, post, Problem, stream, url, type StreamEvent } from "./client";

type Answer = Response | Error;
let asked: { url: string; init: RequestInit }[] = [];

/** The server of a test: one answer after the other. */
function answers(...given: Answer[]): void {
  vi.stubGlobal("fetch", (address: string, init: RequestInit) => {
    asked.push({ url: address, init });
    const next = given.shift();
    return next instanceof Error || next === undefined ? Promise.reject(next ?? new Error("nothing more")) : Promise.resolve(next);
  });
}

const json = (document: unknown, status = 200): Response => new Response(JSON.stringify(document), { status });

beforeEach(() => {
  asked = [];
  connect({ language: () => "en", signInAgain: () => Promise.resolve(false), reached: () => undefined });
});
afterEach(() => vi.unstubAllGlobals());

describe("an address", () => {
  it("leaves out what is not given, joins lists and escapes names", () => {
    expect(url("/cells", { q: "石 坞&x", on: undefined, parent: null, bbox: [1, 2, 3, 4], limit: 5 })).toBe("/api/v1/cells?q=%E7%9F%B3+%E5%9D%9E%26x&bbox=1%2C2%2C3%2C4&limit=5");
    expect(url("/tiles/cells.json")).toBe("/tiles/cells.json");
  });
});

describe("a refusal", () => {
  const document = { type: "/problems/wrong-crs", title: "Wrong", status: 422, detail: "Say which.", errors: [{ pointer: "/crs", detail: "missing" }], instance: "/requests/abc", candidates: ["EPSG:4528"] };

  it("carries what the server said", async () => {
    answers(json(document, 422));
    const error = await post("/site-text", { text: "x" }).catch((found: unknown) => found);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ status: 422, slug: "wrong-crs", title: "Wrong", detail: "Say which.", requestId: "abc", errors: [{ pointer: "/crs" }], members: { candidates: ["EPSG:4528"] } });
    expect(asked[0]?.init.headers).toMatchObject({ "Accept-Language": "en", "Content-Type": "application/json" });
  });

  it("is one even when a proxy answers with a page", async () => {
    answers(new Response("<html>Bad gateway</html>", { status: 502 }));
    await expect(get("/cells")).rejects.toMatchObject({ status: 502, title: "HTTP 502" });
  });
});

it("a dead line is told apart from a refusal, and said", async () => {
  const told: boolean[] = [];
  connect({ reached: (reached) => told.push(reached) });
  answers(new TypeError("Failed to fetch"), json({}));
  await expect(get("/cells")).rejects.toBeInstanceOf(NetworkDown);
  await get("/cells");
  expect(told).toEqual([false, true]);
});

it("a request that was given up is neither", async () => {
  const told: boolean[] = [];
  connect({ reached: (reached) => told.push(reached) });
  answers(new DOMException("aborted", "AbortError"));
  await expect(get("/cells")).rejects.toMatchObject({ name: "AbortError" });
  expect(told).toEqual([]);
});

describe("a session that ended", () => {
  it("is asked for again, and the request goes once more", async () => {
    connect({ signInAgain: () => Promise.resolve(true) });
    answers(json({}, 401), json({ id: 1 }));
    expect(await post("/tokens", { name: "x" })).toEqual({ id: 1 });
    expect(asked.map((one) => one.init.body)).toEqual(['{"name":"x"}', '{"name":"x"}']);
  });

  it("that nobody opens again is a refusal", async () => {
    answers(json({ title: "Not signed in" }, 401));
    await expect(get("/me")).rejects.toMatchObject({ status: 401 });
    expect(asked).toHaveLength(1);
  });
});

it("a list is read page after page to its end", async () => {
  answers(json({ items: [1, 2], next: "k" }), json({ items: [3], next: null }));
  expect(await all("/cells", { level: "village" })).toEqual([1, 2, 3]);
  expect(asked[1]?.url).toContain("cursor=k");
});

it("events are read across torn pieces, comments left out", async () => {
  const pieces = [": hello\n\nid: 7\nevent: prog", "ress\ndata: {\"done\":1}\n\nevent: done\ndata: a\ndata: b\n\n"];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  answers(new Response(body, { headers: { "Content-Type": "text/event-stream" } }));
  const seen: StreamEvent[] = [];
  await stream("/jobs/1/events", (event) => seen.push(event));
  expect(seen).toEqual([
    { event: "progress", data: '{"done":1}' },
    { event: "done", data: "a\nb" },
  ]);
});
