/** Views somebody kept for themselves on this machine: a name and the address that shows it. Pure but for the storage handed in. */
export interface SavedView {
  name: string;
  /** Query of the map page, without its question mark. */
  query: string;
  at: string;
}

const KEY = "gridgov.views";
const MOST = 50;

export function readViews(storage: Pick<Storage, "getItem">): SavedView[] {
  try {
    const found: unknown = JSON.parse(storage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter(isView).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** The views with one more at the top; one of the same name is replaced. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  return [view, ...views.filter((other) => other.name !== view.name)].slice(0, MOST);
}

export function writeViews(storage: Pick<Storage, "setItem">, views: readonly SavedView[]): boolean {
  try {
    storage.setItem(KEY, JSON.stringify(views));
    return true;
  } catch {
    return false;
  }
}

function isView(found: unknown): found is SavedView {
  const view = found as Partial<SavedView> | null;
  return typeof view?.name === "string" && typeof view.query === "string" && typeof view.at === "string" && view.name.length <= 100;
}
