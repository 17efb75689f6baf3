import type { RouteRecordRaw } from "vue-router";

export default [
  { path: "/sign-in", component: () => import("./SignInPage.vue"), meta: { titleKey: "shell.signInPage.title", public: true } },
] satisfies RouteRecordRaw[];
