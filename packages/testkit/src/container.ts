import { PostgreSqlContainer } from "@testcontainers/postgresql";

/** Any server of ours that may lose everything, from PostgreSQL 15 on. */
const settings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "200",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "512MB",
};

/** Starts a throwaway server of an image, such as `postgres:17`, that is gone after `stop` or with whoever started it. */
export const startContainer = async (image: string): Promise<{ readonly url: string; stop(): Promise<void> }> => {
  const container = await new PostgreSqlContainer(image)
    .withUsername("postgres")
    .withDatabase("postgres")
    .withCommand(["postgres", ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])])
    .start();
  return { url: container.getConnectionUri(), stop: async () => void (await container.stop()) };
};
