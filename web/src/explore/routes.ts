import type { RouteRecordRaw } from "vue-router";
import { useSession } from "@/stores/session";

export default [
  // Each kind of user begins where their work is.
  { path: "/", redirect: () => ({ path: useSession().account?.role === "inspector" ? "/today" : "/map" }), meta: { titleKey: "explore.title", public: true } },
  {
    path: "/map",
    component: () => import("./ExplorePage.vue"),
    meta: { titleKey: "explore.title", public: true, rail: { icon: "map", key: "m", order: 10 } },
  },
] satisfies RouteRecordRaw[];
