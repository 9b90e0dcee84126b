// A process of its own knows nothing of TypeScript, nor of the paths of tsconfig.json.
import { register } from "tsx/esm/api";

register();
await import("./child.ts");
