import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from "vue-router";
import type { Role } from "@/api/types";
import type { IconName } from "@/parts/icons";
import { useInstallation } from "@/stores/installation";
import { useSession } from "@/stores/session";

declare module "vue-router" {
  interface RouteMeta {
    /** Message key of the page's name: rail, document title. */
    titleKey: string;
    /** Stands in the rail: for these roles, or for everybody who may open the page. badge: how many things wait there. */
    rail?: { icon: IconName; key: string; order: number; roles?: Role[]; badge?: () => number };
    /** true: no account needed. */
    public?: boolean;
    /** Who may open the page; absent = everybody signed in. */
    roles?: Role[];
  }
}

/** Every folder's `routes.ts`. */
export function collectedRoutes(): RouteRecordRaw[] {
  const found = import.meta.glob<RouteRecordRaw[]>("../*/routes.ts", { eager: true, import: "default" });
  return Object.values(found).flat();
}

export function makeRouter(stale: () => void): Router {
  const session = useSession();
  const installation = useInstallation();
  const router = createRouter({ history: createWebHistory(), routes: [...collectedRoutes(), { path: "/:rest(.*)*", component: () => import("@/shell/NotFoundPage.vue"), meta: { titleKey: "shell.notFound.title", public: true } }] });
  router.onError((error: unknown) => {
    if (/dynamically imported module|Importing a module script failed|preload/i.test(String(error))) stale();
  });
  router.beforeEach(async (to) => {
    await Promise.all([session.load(), installation.load()]);
    if (!to.meta.public && !session.signedIn) return { path: "/sign-in", query: { next: to.fullPath } };
    if (to.meta.roles && !session.may(...to.meta.roles)) return { path: "/", replace: true };
    return true;
  });
  return router;
}
