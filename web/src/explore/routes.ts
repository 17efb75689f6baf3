import type { RouteRecordRaw } from "vue-router";
import { useSession } from "@/stores/session";

export default [
  {
    // Each kind of user begins where their work is; who that is may still have to be asked.
    path: "/",
    component: () => import("./ExplorePage.vue"),
    beforeEnter: async (to) => {
      const session = useSession();
      await session.load();
      return { path: session.role === "inspector" ? "/today" : "/map", query: to.query, replace: true };
    },
    meta: { titleKey: "explore.title", public: true },
  },
  {
    path: "/map",
    component: () => import("./ExplorePage.vue"),
    meta: { titleKey: "explore.title", public: true, rail: { icon: "map", key: "m", order: 10 } },
  },
] satisfies RouteRecordRaw[];
