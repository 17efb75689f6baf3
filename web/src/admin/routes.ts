import type { RouteRecordRaw } from "vue-router";
import type { Role } from "@/api/types";

const READERS: Role[] = ["supervisor", "admin"];
const ADMIN: Role[] = ["admin"];

export default [
  { path: "/admin/layers", component: () => import("./LayersPage.vue"), meta: { titleKey: "admin.layers.title", roles: READERS, rail: { icon: "layers", key: "l", order: 60 } } },
  { path: "/admin/layers/:layer", component: () => import("./LayerPage.vue"), props: true, meta: { titleKey: "admin.layers.one", roles: READERS } },
  { path: "/admin/rules", component: () => import("./RulesPage.vue"), meta: { titleKey: "admin.rules.title", roles: READERS, rail: { icon: "rules", key: "u", order: 65 } } },
  { path: "/admin/rules/try", component: () => import("./TryPage.vue"), meta: { titleKey: "admin.try.title", roles: ADMIN } },
  { path: "/admin/rules/:ruleset/:edition", component: () => import("./RulesetPage.vue"), props: true, meta: { titleKey: "admin.rules.one", roles: READERS } },
  { path: "/admin/imports", component: () => import("./ImportsPage.vue"), meta: { titleKey: "admin.imports.title", roles: ADMIN, rail: { icon: "upload", key: "i", order: 70 } } },
  { path: "/admin/imports/new", component: () => import("./NewImportPage.vue"), meta: { titleKey: "admin.imports.start", roles: ADMIN } },
  { path: "/admin/imports/:id", component: () => import("./ImportPage.vue"), props: true, meta: { titleKey: "admin.imports.one", roles: ADMIN } },
  { path: "/admin/users", component: () => import("./UsersPage.vue"), meta: { titleKey: "admin.users.title", roles: ADMIN, rail: { icon: "people", key: "a", order: 75 } } },
  { path: "/admin/base-map", component: () => import("./BaseMapPage.vue"), meta: { titleKey: "admin.base.title", roles: ADMIN, rail: { icon: "globe", key: "d", order: 80 } } },
] satisfies RouteRecordRaw[];
