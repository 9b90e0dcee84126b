// A thread of its own knows nothing of TypeScript, nor of the paths of tsconfig.json.
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
