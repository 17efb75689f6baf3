import { createPinia } from "pinia";
import { createApp } from "vue";
import { connect } from "@/api/client";
import { usePrefs } from "@/stores/prefs";
import { useSession } from "@/stores/session";
import { useShell } from "@/stores/shell";
import { syncUrl } from "@/stores/url";
import App from "./App.vue";
import "./tokens.css";
import "./element";
import "./theme.css";
import "./print.css";
import { makeI18n } from "./i18n";
import { makeRouter } from "./router";

const app = createApp(App);
app.use(createPinia());
const prefs = usePrefs();
const session = useSession();
const shell = useShell();
connect({ language: () => prefs.language, signInAgain: session.signInAgain, reached: (reached) => (shell.offline = !reached) });

const i18n = makeI18n();
// A page whose file is gone: a new version was put in place, or the line is dead.
const router = makeRouter(() => {
  const { t } = i18n.global as unknown as { t: (key: string) => string };
  shell.say(t("shell.stale"), { kind: "failed", action: { label: t("shell.reload"), run: () => location.reload() } });
});
syncUrl(router);
app.use(i18n);
app.use(router);
app.config.errorHandler = (error) => {
  console.error(error);
};
app.mount("#app");
