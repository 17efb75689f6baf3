import type { RouteRecordRaw } from "vue-router";

export default [
  {
    path: "/check",
    component: () => import("./CheckPage.vue"),
    meta: { titleKey: "check.title", rail: { icon: "check", key: "c", order: 20, roles: ["planner", "supervisor", "admin"] } },
  },
  { path: "/check/compare", component: () => import("./ComparePage.vue"), meta: { titleKey: "check.compare.title" } },
  { path: "/check/:id", component: () => import("./CheckPage.vue"), props: true, meta: { titleKey: "check.title" } },
  {
    path: "/checks",
    component: () => import("./ChecksPage.vue"),
    meta: { titleKey: "check.register.title", rail: { icon: "register", key: "r", order: 25, roles: ["planner", "supervisor", "admin"] } },
  },
] satisfies RouteRecordRaw[];
