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

const router = makeRouter();
syncUrl(router);
app.use(makeI18n());
app.use(router);
app.config.errorHandler = (error) => {
  console.error(error);
};
app.mount("#app");
