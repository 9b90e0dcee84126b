import { render } from "preact";
import { App } from "./view/app.js";
import "./style.css";

const root = document.getElementById("app");
if (root === null) throw new Error("unreachable: index.html has #app");
render(<App />, root);
