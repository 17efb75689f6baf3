/** The one way to the server: JSON in and out, refusals as `Problem`, a dead line as `NetworkDown`, a session that ended asked for again. */

export const API = "/api/v1";

export interface Fault {
  pointer: string;
  detail: string;
}

/** What the server refused, in the language of the page (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  /** Last part of the type: "not-found", "wrong-crs", ... */
  readonly slug: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: Fault[];
  readonly requestId: string | null;
  /** The whole document, with the members that only some problems have. */
  readonly members: Record<string, unknown>;

  constructor(status: number, document: Record<string, unknown>) {
    const title = text(document["title"]) || `HTTP ${status}`;
    super(text(document["detail"]) || title);
    this.name = "Problem";
    this.status = status;
    this.title = title;
    this.detail = text(document["detail"]);
    this.slug = text(document["type"]).split("/").pop() ?? "";
    this.errors = Array.isArray(document["errors"]) ? (document["errors"] as Fault[]) : [];
    this.requestId = text(document["instance"]).split("/").pop() || null;
    this.members = document;
  }
}

/** Nothing came back: no network, or the server does not answer. What was typed stays where it is. */
export class NetworkDown extends Error {
  constructor(cause?: unknown) {
    super("network-down", { cause });
    this.name = "NetworkDown";
  }
}

export type Query = Record<string, string | number | boolean | null | undefined | readonly (string | number)[]>;

export interface Options {
  query?: Query;
  signal?: AbortSignal;
  headers?: Record<string, string>;
  /** false: a 401 is thrown at once, nobody is asked to sign in. */
  askToSignIn?: boolean;
}

export interface UploadOptions extends Options {
  method?: "POST" | "PUT";
  onProgress?: (sent: number, total: number) => void;
}

export interface StreamEvent {
  event: string;
  data: string;
}

interface Hooks {
  language: () => "zh" | "en";
  /** Asks for a new session; true = there is one, the request may go again. */
  signInAgain: () => Promise<boolean>;
  /** Tells whether the server could be reached. */
  reached: (reached: boolean) => void;
}

const hooks: Hooks = { language: () => "zh", signInAgain: () => Promise.resolve(false), reached: () => undefined };

/** Connects the client to the stores; called once. */
export function connect(given: Partial<Hooks>): void {
  Object.assign(hooks, given);
}

/** The address of a path below /api/v1 (or an absolute path) with its query; null and undefined are left out. */
export function url(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue;
    parameters.append(name, Array.isArray(value) ? value.join(",") : String(value));
  }
  const base = path.startsWith("/api/") || path.startsWith("/tiles/") ? path : `${API}${path}`;
  const asked = parameters.toString();
  return asked ? `${base}?${asked}` : base;
}

export const get = <T>(path: string, query?: Query, options: Options = {}): Promise<T> => json<T>("GET", path, undefined, { ...options, query: query ?? options.query });
export const post = <T>(path: string, body?: unknown, options: Options = {}): Promise<T> => json<T>("POST", path, body, options);
export const put = <T>(path: string, body?: unknown, options: Options = {}): Promise<T> => json<T>("PUT", path, body, options);
export const patch = <T>(path: string, body?: unknown, options: Options = {}): Promise<T> => json<T>("PATCH", path, body, options);
export const remove = <T = void>(path: string, options: Options = {}): Promise<T> => json<T>("DELETE", path, undefined, options);

/** Every item of a list that answers `{items, next}`, page after page, at most `most` of them. */
export async function all<T>(path: string, query: Query = {}, options: Options & { most?: number } = {}): Promise<T[]> {
  const { most = 20_000, ...rest } = options;
  const items: T[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await get<{ items: T[]; next?: string | null }>(path, { limit: 1000, ...query, cursor }, rest);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor && items.length < most);
  return items;
}

/** A body that is not JSON: a picture, a PDF, GeoJSON to be saved. */
export async function blob(path: string, query?: Query, options: Options = {}): Promise<Blob> {
  return (await send("GET", path, undefined, { ...options, query: query ?? options.query })).blob();
}

/** Saves what stands at a path under a name of our own. */
export async function download(path: string, filename: string, query?: Query): Promise<void> {
  saveBlob(await blob(path, query), filename);
}

/** Hands a made file to the browser. */
export function saveBlob(content: Blob, filename: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Sends a file as the raw body and says how far it is; `signal` stops it. */
export async function upload<T>(path: string, file: Blob, options: UploadOptions = {}): Promise<T> {
  const answer = await transfer(path, file, options);
  if (answer.status === 401 && options.askToSignIn !== false && (await hooks.signInAgain())) return parsed<T>(await transfer(path, file, options));
  return parsed<T>(answer);
}

/** Reads server-sent events until the server ends them or `signal` does; a torn line is taken up again. */
export async function stream(path: string, onEvent: (event: StreamEvent) => void, options: Options = {}): Promise<void> {
  let last = "";
  for (let attempt = 0; ; attempt += 1) {
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream", ...(last ? { "Last-Event-ID": last } : {}) };
      const response = await send("GET", path, undefined, { ...options, headers });
      attempt = 0;
      await readEvents(response, onEvent, (id) => (last = id));
      return;
    } catch (error) {
      if (options.signal?.aborted) return;
      if (error instanceof Problem || attempt >= 6) throw error;
      await pause(Math.min(1000 * 2 ** attempt, 15_000), options.signal);
    }
  }
}

async function json<T>(method: string, path: string, body: unknown, options: Options): Promise<T> {
  const response = await send(method, path, body, options);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

async function send(method: string, path: string, body: unknown, options: Options): Promise<Response> {
  const response = await once(method, path, body, options);
  if (response.ok) return response;
  if (response.status === 401 && options.askToSignIn !== false && (await hooks.signInAgain())) {
    const again = await once(method, path, body, options);
    if (again.ok) return again;
    throw await problemOf(again);
  }
  throw await problemOf(response);
}

async function once(method: string, path: string, body: unknown, options: Options): Promise<Response> {
  const raw = body instanceof Blob || body instanceof ArrayBuffer || typeof body === "string";
  const headers: Record<string, string> = { Accept: "application/json, application/problem+json", "Accept-Language": hooks.language() };
  if (body !== undefined && !raw) headers["Content-Type"] = "application/json";
  const content = body === undefined ? undefined : raw ? (body as BodyInit) : JSON.stringify(body);
  try {
    const response = await fetch(url(path, options.query), { method, headers: { ...headers, ...options.headers }, body: content, signal: options.signal, credentials: "same-origin" });
    hooks.reached(true);
    return response;
  } catch (error) {
    if (isAbort(error)) throw error;
    hooks.reached(false);
    throw new NetworkDown(error);
  }
}

/** True for the error of a request that was given up on purpose. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

async function problemOf(response: Response): Promise<Problem> {
  return new Problem(response.status, documentOf(await response.text().catch(() => "")));
}

function documentOf(content: string): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(content);
    return found && typeof found === "object" ? (found as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

interface Answer {
  status: number;
  content: string;
}

function transfer(path: string, file: Blob, options: UploadOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(options.method ?? "POST", url(path, options.query));
    const headers = { "Content-Type": "application/octet-stream", Accept: "application/json, application/problem+json", "Accept-Language": hooks.language() };
    for (const [name, value] of Object.entries({ ...headers, ...options.headers })) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => options.onProgress?.(event.loaded, event.lengthComputable ? event.total : file.size);
    request.onload = () => {
      hooks.reached(true);
      resolve({ status: request.status, content: request.responseText });
    };
    request.onerror = () => {
      hooks.reached(false);
      reject(new NetworkDown());
    };
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    options.signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

function parsed<T>(answer: Answer): T {
  if (answer.status >= 200 && answer.status < 300) return (answer.content ? JSON.parse(answer.content) : undefined) as T;
  throw new Problem(answer.status, documentOf(answer.content));
}

async function readEvents(response: Response, onEvent: (event: StreamEvent) => void, onId: (id: string) => void): Promise<void> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let held = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (held + value).replace(/\r\n?/g, "\n").split("\n\n");
    held = blocks.pop() ?? "";
    for (const block of blocks) emit(block, onEvent, onId);
  }
}

function emit(block: string, onEvent: (event: StreamEvent) => void, onId: (id: string) => void): void {
  const found: StreamEvent = { event: "message", data: "" };
  const lines: string[] = [];
  for (const line of block.split("\n")) {
    const [name = "", ...rest] = line.split(":");
    const value = rest.join(":").replace(/^ /, "");
    if (name === "event") found.event = value;
    else if (name === "data") lines.push(value);
    else if (name === "id") onId(value);
  }
  if (lines.length === 0) return;
  found.data = lines.join("\n");
  onEvent(found);
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
