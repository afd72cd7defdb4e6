import { LRUCache } from "lru-cache";

/** A finished answer. */
export interface FinishedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  /** Follows the bytes as it comes. Such an answer cannot be kept or sent twice. */
  readonly stream?: AsyncIterable<string | Uint8Array>;
}

/**
 * Finished answers of hot reads, by caller's tenant and address. Dropped when the tenant's data changes, all of them when
 * public data changes; a short time to live bounds what a missed notice can do.
 */
export interface ResponseCache {
  get(tenantId: string, address: string): FinishedAnswer | undefined;
  /** Call before reading; the result says whether what was read may still be stored. */
  reading(tenantId: string): (address: string, answer: FinishedAnswer) => void;
  /** Reads and stores. Who asks for the same meanwhile waits for the same read, unless something has changed since. */
  share(tenantId: string, address: string, read: () => Promise<FinishedAnswer>): Promise<FinishedAnswer>;
  drop(changes: readonly { readonly tenantId: string; readonly visibility: "private" | "public" }[] | null): void;
}

export const responseCache = (options: { readonly bytesMax: number; readonly ttlMs: number }): ResponseCache => {
  const cache = new LRUCache<string, { answer: FinishedAnswer; stamp: string }>({
    maxSize: options.bytesMax,
    sizeCalculation: ({ answer }) => answer.bytes.length + 512,
    ttl: options.ttlMs,
    ttlResolution: Math.min(1_000, options.ttlMs / 10),
  });
  let everybody = 0;
  const tenants = new Map<string, number>();
  const reads = new Map<string, { answer: Promise<FinishedAnswer>; stamp: string }>();
  /** Grows whenever something that the tenant can see has changed. */
  const stamp = (tenantId: string): string => `${everybody}.${tenants.get(tenantId) ?? 0}`;
  const keyOf = (tenantId: string, address: string): string => `${tenantId} ${address}`;
  const reading: ResponseCache["reading"] = (tenantId) => {
    const before = stamp(tenantId);
    return (address, answer) => {
      if (before === stamp(tenantId)) cache.set(keyOf(tenantId, address), { answer, stamp: before });
    };
  };
  return {
    get: (tenantId, address) => {
      const entry = cache.get(keyOf(tenantId, address));
      return entry && entry.stamp === stamp(tenantId) ? entry.answer : undefined;
    },
    reading,
    share: (tenantId, address, read) => {
      const key = keyOf(tenantId, address);
      const now = stamp(tenantId);
      const running = reads.get(key);
      if (running?.stamp === now) return running.answer;
      const store = reading(tenantId);
      const own = {
        stamp: now,
        answer: read()
          .then((answer) => {
            store(address, answer);
            return answer;
          })
          .finally(() => {
            if (reads.get(key) === own) reads.delete(key);
          }),
      };
      reads.set(key, own);
      return own.answer;
    },
    drop: (changes) => {
      if (changes === null || changes.some(({ visibility }) => visibility === "public")) {
        everybody += 1;
        tenants.clear();
        cache.clear();
        return;
      }
      for (const { tenantId } of changes) tenants.set(tenantId, (tenants.get(tenantId) ?? 0) + 1);
    },
  };
};
