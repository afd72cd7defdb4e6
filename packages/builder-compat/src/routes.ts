import { compileBody, least } from "./bodies.ts";

/** A template's fields, each with a value of a wrong type. */
const wrongTemplate = {
  name: 5,
  description: 5,
  instructions: ["x"],
  input: "x",
  model: [],
  metadata: { count: 1 },
  channels: "all",
  tools: "web_search",
  maxToolCalls: "many",
};

/** Compile's fields, each with a value of a wrong type. */
const wrongCompile = { tenantId: 5, variables: { count: 1 }, metadata: { count: 1 } };

/** The fields of a deployment, each wrong. */
const wrongDeployment = { environment: "moon", channel: "fax", enabled: "yes" };

/** An operation of the builder API with a body that it accepts. */
export interface Route {
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT";
  /** The path after `/builder/templates`. */
  readonly path: (id: string) => string;
  readonly body?: unknown;
  /** A body of which each field is wrong. */
  readonly wrong?: Readonly<Record<string, unknown>>;
}

/** Every operation of the builder API. */
export const routes: readonly Route[] = [
  { name: "list", method: "GET", path: () => "" },
  { name: "create", method: "POST", path: () => "", body: least(), wrong: wrongTemplate },
  { name: "update", method: "PUT", path: (id) => `/${id}`, body: { name: "Renamed" }, wrong: wrongTemplate },
  {
    name: "deploy",
    method: "POST",
    path: (id) => `/${id}/deploy`,
    body: { environment: "staging", channel: "slack", enabled: true },
    wrong: wrongDeployment,
  },
  { name: "history", method: "GET", path: (id) => `/${id}/history` },
  { name: "compile", method: "POST", path: (id) => `/${id}/compile`, body: compileBody(), wrong: wrongCompile },
  {
    name: "run",
    method: "POST",
    path: (id) => `/${id}/run`,
    body: compileBody(),
    wrong: { ...wrongCompile, background: "soon" },
  },
];

/** Operations on one template. */
export const addressedRoutes = routes.filter(({ path }) => path("x") !== "");
/** Operations that read a body. */
export const writingRoutes = routes.flatMap((route) => (route.wrong ? [{ ...route, wrong: route.wrong }] : []));
