import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { localFailure, usageFailure } from "../failure.ts";
import type { Environment } from "../output/style.ts";
import { type Credentials, readCredentials } from "./credentials.ts";
import { findLocalJson } from "./local-json.ts";
import { credentialsFile } from "./places.ts";

/** What the command line says about where to go and as whom. */
export interface ConnectionOptions {
  readonly origin?: string | undefined;
  readonly tokenFile?: string | undefined;
}

/** Where to go, and as whom. */
export interface Connection {
  readonly origin: string;
  readonly token: string | undefined;
  /** Where the token comes from, for people. */
  readonly tokenFrom: string | undefined;
}

const standardOrigin = "http://127.0.0.1:4000";

/** An origin as it is compared and kept: without a slash at its end. */
export const normalOrigin = (text: string, from: string): string => {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
    throw usageFailure(`${from}: "${text}" is not an address`, `Give one such as ${standardOrigin}.`);
  }
  return url.href.replace(/\/+$/, "");
};

const readTokenFile = async (path: string, cwd: string): Promise<string> => {
  const token = (await readFile(resolve(cwd, path), "utf8")).trim();
  if (token === "" || /[^\x21-\x7e]/.test(token)) {
    throw localFailure(
      "token_unreadable",
      `${path} does not hold a token`,
      "The file must hold the token and nothing else.",
    );
  }
  return token;
};

const keptToken = ({ origins }: Credentials, origin: string): string | undefined =>
  Object.hasOwn(origins, origin) ? origins[origin]?.token : undefined;

/**
 * Origin: option, NOFX_ORIGIN, the last login's, that of a control plane running here, the usual one. Token: option,
 * NOFX_TOKEN, what login kept for this origin, that of the control plane running here if it is the origin.
 */
export const findConnection = async (
  options: ConnectionOptions,
  env: Environment,
  cwd: string,
): Promise<Connection> => {
  const file = credentialsFile(env);
  const kept = await readCredentials(file);
  const local = await findLocalJson(env, cwd);
  const asked =
    (options.origin && normalOrigin(options.origin, "--origin")) ||
    (env.NOFX_ORIGIN && normalOrigin(env.NOFX_ORIGIN, "NOFX_ORIGIN"));
  const origin = asked || kept.defaultOrigin || local?.origin.replace(/\/+$/, "") || standardOrigin;
  if (options.tokenFile !== undefined) {
    return { origin, token: await readTokenFile(options.tokenFile, cwd), tokenFrom: options.tokenFile };
  }
  if (env.NOFX_TOKEN) return { origin, token: env.NOFX_TOKEN, tokenFrom: "NOFX_TOKEN" };
  const token = keptToken(kept, origin);
  if (token !== undefined) return { origin, token, tokenFrom: file };
  if (local?.origin.replace(/\/+$/, "") === origin)
    return { origin, token: local.token, tokenFrom: ".nofx/local.json" };
  return { origin, token: undefined, tokenFrom: undefined };
};
