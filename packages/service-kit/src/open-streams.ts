import { coreProblem } from "./http-problem.ts";

export interface StreamLimits {
  /** Streams that one tenant may have open in this process; anonymous readers share one allowance. */
  readonly perTenantMax: number;
  /** Streams that this process has open. */
  readonly max: number;
}

/** Counts the streams that are open. */
export interface OpenStreams {
  /**
   * One more stream; call the result when it ends.
   * @throws `rate_limited` if the tenant has too many, `unavailable` if the process has
   */
  open(tenantId: string): () => void;
  count(): number;
}

const later = { "retry-after": "10" };

export const openStreams = ({ perTenantMax, max }: StreamLimits): OpenStreams => {
  const tenants = new Map<string, number>();
  let total = 0;
  return {
    count: () => total,
    open: (tenantId) => {
      const own = tenants.get(tenantId) ?? 0;
      if (own >= perTenantMax) {
        const detail = `At most ${perTenantMax} streams of one tenant at a time; close one, or read without streaming.`;
        throw coreProblem("rate_limited", { detail, headers: later });
      }
      if (total >= max) {
        throw coreProblem("unavailable", {
          detail: "Too many streams are open; read without streaming.",
          headers: later,
        });
      }
      total += 1;
      tenants.set(tenantId, own + 1);
      return () => {
        total -= 1;
        const left = (tenants.get(tenantId) ?? 1) - 1;
        if (left === 0) tenants.delete(tenantId);
        else tenants.set(tenantId, left);
      };
    },
  };
};
