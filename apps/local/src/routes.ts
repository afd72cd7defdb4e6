/** The services that one origin leads to. */
export type ServiceName = "registry" | "marketplace" | "search";

/**
 * What addresses of each service begin with; of several that fit, the longest decides. Whatever nobody else serves is the
 * registry's. Every proxy in front of the services is held to this.
 */
export const prefixes: Readonly<Record<ServiceName, readonly string[]>> = {
  registry: ["/", "/api/", "/agents/", "/.well-known/", "/v0.1/"],
  marketplace: [
    "/builder/",
    "/api/templates",
    "/api/analytics",
    "/api/campaigns",
    "/api/categories",
    "/api/marketplace/",
    "/api/records/templates",
  ],
  search: ["/api/search", "/api/relations", "/api/system", "/api/reports"],
};
