import type { SystemHealth } from "@nofx/contract-search";

type Parts = Pick<SystemHealth, "services" | "databases" | "index">;

/** How the whole is, by how its parts are. */
export const overall = ({ services, databases, index }: Parts): SystemHealth["status"] => {
  const isFailed = (name: string) => services.some((each) => each.name === name && each.status === "failed");
  if (isFailed("search") || (isFailed("registry") && isFailed("marketplace"))) return "failed";
  const all = [...services, ...databases, index];
  return all.every(({ status }) => status === "ok") ? "ok" : "degraded";
};

/** Names and statuses alone. */
export const withoutDetails = ({ services, databases, index }: Parts): Parts => ({
  services: services.map(({ name, status }) => ({ name, status })),
  databases: databases.map(({ name, status }) => ({ name, status })),
  index: { status: index.status },
});
