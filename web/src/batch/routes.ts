import type { RouteRecordRaw } from "vue-router";

export default [
  {
    path: "/batch",
    component: () => import("./BatchStartPage.vue"),
    meta: { titleKey: "batch.title", rail: { icon: "batch", key: "b", order: 30, roles: ["planner", "supervisor", "admin"] }, roles: ["planner", "supervisor", "admin"] },
  },
  { path: "/batch/:id", component: () => import("./BatchPage.vue"), props: true, meta: { titleKey: "batch.title", roles: ["planner", "supervisor", "admin"] } },
] satisfies RouteRecordRaw[];
