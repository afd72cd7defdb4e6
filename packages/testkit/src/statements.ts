import type { Pool, PoolClient } from "pg";

/** Notes the statements of a service that match, whoever else uses its pool. Gives what has come since it was asked last. */
export const watchStatements = (
  { db }: { readonly db: { readonly pool: Pool } },
  pattern: RegExp,
): { taken(): string[] } => {
  const watched = new WeakSet<PoolClient>();
  let texts: string[] = [];
  db.pool.on("acquire", (client) => {
    if (watched.has(client)) return;
    watched.add(client);
    const run = client.query.bind(client) as (...given: unknown[]) => unknown;
    client.query = ((...given: unknown[]) => {
      const [query] = given;
      const text = typeof query === "string" ? query : (query as { text: string }).text;
      if (pattern.test(text)) texts.push(text);
      return run(...given);
    }) as typeof client.query;
  });
  return {
    taken: () => {
      const found = texts;
      texts = [];
      return found;
    },
  };
};
