import { createHash } from "node:crypto";
import { badToken, type RequestContext } from "@nofx/service-kit";
import { LRUCache } from "lru-cache";
import type { Deps } from "../deps.ts";
import { probe } from "./probe.ts";

/** Whether it is known who asks: nobody in particular, and a token that cannot be checked now, are not. */
export type KnownCaller = (ctx: Pick<RequestContext, "bearer">) => Promise<boolean>;

const memoryMs = 10 * 60_000;

/**
 * Who asks how the system is should be told while it is not well: a token that was good within the last ten minutes counts
 * while nobody can be asked about it. For nothing else than reading how the system is.
 */
export const knownCaller = ({ authenticate }: Pick<Deps, "authenticate">): KnownCaller => {
  const seen = new LRUCache<string, true>({ max: 1_000, ttl: memoryMs });
  return async (ctx) => {
    const token = ctx.bearer();
    if (token === undefined) return false;
    const name = createHash("sha256").update(token).digest("base64");
    const asked = await probe(async () => (await authenticate(token)) !== undefined)();
    if (!asked.ok) return seen.has(name);
    if (!asked.value) {
      seen.delete(name);
      throw badToken();
    }
    seen.set(name, true);
    return true;
  };
};
