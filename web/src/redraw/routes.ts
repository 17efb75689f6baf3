import type { RouteRecordRaw } from "vue-router";
import type { Role } from "@/api/types";
import { useWaiting } from "./waiting";

const READERS: Role[] = ["supervisor", "admin"];

export default [
  { path: "/admin/redraws", component: () => import("./RedrawsPage.vue"), meta: { titleKey: "redraw.title", roles: READERS, rail: { icon: "edit", key: "j", order: 55, badge: () => useWaiting().count } } },
  // A new one has no number yet; it keeps its page when it gets one.
  { path: "/admin/redraws/:id", component: () => import("./RedrawPage.vue"), props: true, meta: { titleKey: "redraw.one", roles: READERS } },
  { path: "/map/compare", component: () => import("./DifferencePage.vue"), meta: { titleKey: "redraw.compare.title", public: true } },
] satisfies RouteRecordRaw[];
