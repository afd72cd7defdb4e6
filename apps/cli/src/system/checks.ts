import { performance } from "node:perf_hooks";
import { ProblemError, unwrap } from "@nofx/client";
import type { SystemHealth } from "@nofx/contract-search";
import { z } from "zod";
import type { Context } from "../context.ts";
import { explainError } from "../explain-error.ts";
import { readCredentials } from "../settings/credentials.ts";
import { credentialsFile } from "../settings/places.ts";
import digests from "./contract-digests.gen.json" with { type: "json" };

/** One thing that was looked at. */
export const Check = z.object({
  name: z.string(),
  status: z.enum(["ok", "warning", "error"]),
  detail: z.string(),
  next: z.string().optional().meta({ description: "What to do about it" }),
});
export type Check = z.infer<typeof Check>;

const nodeMajorMin = 24;
const skewMsMax = 5_000;
const lagSecondsMax = 30;
const endsSoonMs = 3 * 24 * 3_600_000;

const ok = (name: string, detail: string): Check => ({ name, status: "ok", detail });
const warning = (name: string, detail: string, next: string): Check => ({ name, status: "warning", detail, next });
const error = (name: string, detail: string, next: string): Check => ({ name, status: "error", detail, next });

/** What made a check impossible is what it found. */
const failed = (name: string, reason: unknown, context: Context): Check => {
  const { message, next } = explainError(reason, context.calls).details;
  return { name, status: "error", detail: message, ...(next !== undefined && { next }) };
};

/** Whether this Node runs nofx as it is meant to. */
export const checkNode = (version: string): Check =>
  Number.parseInt(version, 10) >= nodeMajorMin
    ? ok("node", version)
    : error("node", `${version} is too old`, `Install Node ${nodeMajorMin} or later.`);

/** Whether origin and token can be found. */
export const checkConfiguration = async (context: Context): Promise<Check> => {
  try {
    const { origin, tokenFrom } = await context.connection();
    return ok("configuration", `${origin}, ${tokenFrom === undefined ? "no token" : `token of ${tokenFrom}`}`);
  } catch (reason) {
    return failed("configuration", reason, context);
  }
};

/** Whether what login has kept can be read, and by nobody else. */
export const checkCredentials = async (context: Context): Promise<Check> => {
  const file = credentialsFile(context.env);
  try {
    const kept = Object.keys((await readCredentials(file)).origins).length;
    return ok("credentials", kept === 0 ? "none are kept" : `${file}, of ${kept} origin${kept === 1 ? "" : "s"}`);
  } catch (reason) {
    return failed("credentials", reason, context);
  }
};

const serviceChecks = ({ services }: SystemHealth): Check[] =>
  services.map(({ name, status, reason, version, contract }) => {
    const told = reason ?? (version === undefined ? status : `contract ${version}`);
    if (status === "failed") return error(name, told, "Start it, or look at its log; `nofx status` tells more.");
    if (status === "degraded") return warning(name, told, "Look at its log; `nofx status` tells more.");
    const served = contract?.served;
    if (served === undefined || served === digests[name]) return ok(name, told);
    const next = "Use nofx of the same release as the control plane.";
    return warning(name, `${told} is not the contract that this nofx was built with`, next);
  });

const indexCheck = ({ index }: SystemHealth): Check => {
  const { status, reason, feeds = [] } = index;
  const lag = Math.max(0, ...feeds.map(({ lagSeconds = 0 }) => lagSeconds));
  const next = "New versions are found later; `nofx status` tells which feed is not read.";
  if (status === "failed")
    return error("search index", reason ?? status, "Rebuild the index, or look at search's log.");
  if (status !== "ok" || lag > lagSecondsMax) return warning("search index", reason ?? `${lag} s behind`, next);
  return ok("search index", feeds.length === 0 ? status : `${lag} s behind`);
};

/** The middle of the call is when the server has written its date, to the second. */
const clockCheck = (date: string | null, startedAt: number, tookMs: number): Check => {
  const theirs = Date.parse(date ?? "");
  if (Number.isNaN(theirs)) return warning("clock", "The origin does not tell its time", "Ask its operator.");
  const skewMs = Math.max(0, Math.abs(startedAt + tookMs / 2 - theirs - 500) - 500 - tookMs / 2);
  if (skewMs <= skewMsMax) return ok("clock", "agrees with the origin's");
  const seconds = Math.round(skewMs / 1000);
  return warning("clock", `${seconds} s off the origin's`, "Set the clock: signed tokens are refused otherwise.");
};

/** Whether the origin answers, how its services are, whether they are those that nofx knows, and the time there. */
export const checkOrigin = async (context: Context): Promise<Check[]> => {
  try {
    const client = await context.search();
    const [startedAt, from] = [Date.now(), performance.now()];
    const answer = await client.getSystemHealth();
    const tookMs = performance.now() - from;
    const health: SystemHealth = await unwrap(Promise.resolve(answer));
    return [
      ok("origin", `answers in ${Math.round(tookMs)} ms`),
      clockCheck(answer.headers.get("date"), startedAt, tookMs),
      ...serviceChecks(health),
      indexCheck(health),
    ];
  } catch (reason) {
    return [failed("origin", reason, context)];
  }
};

/** Whether the token is good, and for what. */
export const checkToken = async (context: Context): Promise<Check> => {
  const signIn = "Sign in with `nofx login`.";
  try {
    const { token } = await context.connection();
    if (token === undefined) return warning("token", "There is none: only what is public can be read", signIn);
    const { subject, scopes, expiresAt } = await unwrap((await context.registry()).getWhoami());
    const told = `${subject}: ${scopes.join(" ")}`;
    if (expiresAt === undefined || Date.parse(expiresAt) - Date.now() > endsSoonMs) return ok("token", told);
    return warning("token", `${told}; it ends at ${expiresAt}`, "Get another one before that.");
  } catch (reason) {
    const isBad = reason instanceof ProblemError && reason.problem.status === 401;
    return isBad ? error("token", "The service does not accept it", signIn) : failed("token", reason, context);
  }
};
