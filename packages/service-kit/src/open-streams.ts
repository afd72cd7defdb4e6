import type { Contract, Operation } from "@nofx/contract-kit";
import { eventStreamType } from "./event-stream.ts";
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
   * One more stream of an operation; call the result when it ends.
   * @throws `rate_limited` if the tenant has too many, `unavailable` if the process has
   */
  open(tenantId: string, operation: string): () => void;
  count(): number;
  /** By operation. */
  readonly byOperation: ReadonlyMap<string, number>;
}

const later = { "retry-after": "10" };

const isEventStream = ({ alternatives, success }: Operation): boolean =>
  eventStreamType in (alternatives ?? {}) ||
  Object.values(success).some((content) => content && "raw" in content && content.mediaType === eventStreamType);

export const openStreams = ({ perTenantMax, max }: StreamLimits, contract: Contract): OpenStreams => {
  const tenants = new Map<string, number>();
  const operations = new Map(
    Object.values(contract.operations)
      .filter(isEventStream)
      .map(({ id }) => [id, 0]),
  );
  let total = 0;
  const add = (operation: string, more: 1 | -1): void => {
    total += more;
    operations.set(operation, (operations.get(operation) ?? 0) + more);
  };
  return {
    count: () => total,
    byOperation: operations,
    open: (tenantId, operation) => {
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
      add(operation, 1);
      tenants.set(tenantId, own + 1);
      return () => {
        add(operation, -1);
        const left = (tenants.get(tenantId) ?? 1) - 1;
        if (left === 0) tenants.delete(tenantId);
        else tenants.set(tenantId, left);
      };
    },
  };
};
