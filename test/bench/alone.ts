/** The process of one benchmark: what the others leave behind, in memory and in compiled code, is none of its business. */
import { argv } from "node:process";
import { measured } from "./benchmark.js";
import { SPEED } from "./speed.js";

const [, , name] = argv;
const benchmark = SPEED.find((each) => each.name === name);
if (benchmark === undefined) throw new Error(`no benchmark ${name}`);
process.send?.(await measured(benchmark), () => process.disconnect());
