import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";

/**
 * Lets what a service does first share two connections, and gives it all of its own when that is done. Each connection
 * is a process of the server, which learns the tables anew: ten of them at once cost more than what most tests ask for.
 */
export const startGently = async <T>(pool: pg.Pool, start: () => Promise<T>): Promise<T> => {
  const { max } = pool.options;
  pool.options.max = Math.min(max, 2);
  try {
    const started = await start();
    // Has an end: what waits too long for a connection fails.
    while (pool.waitingCount > 0) await delay(2);
    return started;
  } finally {
    pool.options.max = max;
  }
};
