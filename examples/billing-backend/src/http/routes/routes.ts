import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Config } from "../../config.js";
import type { Billing } from "../../service.js";
import type { AppEnv } from "../environment.js";

/** A group of routes: puts them, with what OpenAPI says of them, into the application. */
export type Routes = (app: OpenAPIHono<AppEnv>, billing: Billing, config: Config) => void;
