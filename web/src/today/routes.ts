import type { RouteRecordRaw } from "vue-router";

export default [
  {
    path: "/today",
    component: () => import("./TodayPage.vue"),
    meta: { titleKey: "today.title", rail: { icon: "person", key: "t", order: 5, roles: ["inspector"] } },
  },
] satisfies RouteRecordRaw[];
