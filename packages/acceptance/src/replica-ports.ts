import type { ServiceName } from "./target.ts";

/** The replicas that the profile `scale` runs, with the port that each listens on. */
export const replicaServices: readonly {
  readonly name: string;
  readonly service: ServiceName;
  readonly port: number;
}[] = (
  [
    ["registry", 4001],
    ["marketplace", 4002],
    ["search", 4003],
  ] as const
).flatMap(([service, port]) => [service, `${service}-2`].map((name) => ({ name, service, port })));

/** What is said to compose beside its own file: each replica is published on this machine, on ports one after the other. */
export const withPublishedReplicas = (firstPort: number, version?: string) => ({
  ...(version && { version }),
  services: Object.fromEntries(
    replicaServices.map(({ name, port }, index) => [
      name,
      { ports: [`127.0.0.1:${firstPort + index}:${port}`], networks: { acceptance: {} } },
    ]),
  ),
  // The project's own networks may lead nowhere.
  networks: { acceptance: {} },
});
