import { createHash } from "node:crypto";
import type { Target } from "./target.ts";
import type { Person } from "./world.ts";

/** SHA-256 as digests are written. */
export const sha256 = (bytes: string | Uint8Array): string =>
  `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** Headers with which somebody asks. */
export const as = ({ token }: Pick<Person, "token">): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** A request as it is, for what the client would not send. */
export const ask = (target: Pick<Target, "origin">, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(target.origin + path, { redirect: "manual", signal: AbortSignal.timeout(60_000), ...init });

/** The same with a JSON body, which may be any text. */
export const post = (
  target: Pick<Target, "origin">,
  path: string,
  text: string,
  headers: Record<string, string> = {},
) => ask(target, path, { method: "POST", body: text, headers: { "content-type": "application/json", ...headers } });
