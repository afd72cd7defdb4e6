import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { root } from "../src/env.ts";

interface Part {
  readonly image: string;
  readonly user?: string;
  readonly profiles?: readonly string[];
  readonly build?: { readonly args: Readonly<Record<string, string>> };
  readonly restart: string;
  readonly read_only: boolean;
  readonly privileged?: boolean;
  readonly cap_drop: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt: readonly string[];
  readonly mem_limit: string;
  readonly cpus: number;
  readonly pids_limit: number;
  readonly logging: { readonly options: Readonly<Record<string, string>> };
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks: readonly string[] | Readonly<Record<string, unknown>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck: { readonly disable?: boolean; readonly test?: readonly string[] };
}
interface Compose {
  readonly services: Readonly<Record<string, Part>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const read = (path: string): Promise<string> => readFile(join(root, path), "utf8");

let compose: Compose;
let parts: readonly (readonly [string, Part])[];
beforeAll(async () => {
  compose = parse(await read("docker-compose.yml"), { merge: true });
  parts = Object.entries(compose.services);
});

const networksOf = ({ networks }: Part): readonly string[] =>
  Array.isArray(networks) ? networks : Object.keys(networks);
const named = (keep: (part: Part) => boolean): string[] =>
  parts
    .filter(([, part]) => keep(part))
    .map(([name]) => name)
    .sort();
const ofProfile = (profile: string): string[] => named(({ profiles }) => profiles?.includes(profile) ?? false);
/** Variables of a text of settings. */
const settings = (text: string): string[] => [...text.matchAll(/^(\w+)=/gm)].map(([, name = ""]) => name);

describe("docker-compose.yml", () => {
  it("has the services and what they stand on, and more of it by profiles", () => {
    const always = named(({ profiles }) => profiles === undefined);
    expect(always).toEqual(["edge", "marketplace", "migrate", "postgres", "registry", "search"]);
    expect(ofProfile("scale")).toEqual(["marketplace-2", "pgbouncer", "postgres-read", "registry-2", "search-2"]);
    expect(ofProfile("observability")).toEqual(["grafana", "jaeger", "otel-collector", "prometheus"]);
    expect(parts).toHaveLength(15);
  });

  it("confines every container, with bounds to what it may take", () => {
    for (const [name, part] of parts) {
      expect([name, part.read_only, part.privileged ?? false, part.cap_drop]).toEqual([name, true, false, ["ALL"]]);
      expect([name, part.security_opt]).toEqual([name, ["no-new-privileges:true"]]);
      expect([name, part.mem_limit, part.cpus, part.pids_limit]).not.toContain(undefined);
      expect([name, Object.keys(part.logging.options)]).toEqual([name, ["max-size", "max-file"]]);
    }
  });

  it("runs nothing as root but PostgreSQL's entry point, which changes to another account", async () => {
    // Images made here name their user.
    const rootly = named(({ user, build }) => user === undefined && build === undefined);
    expect(rootly).toEqual(["postgres", "postgres-read"]);
    expect(named(({ cap_add }) => cap_add !== undefined)).toEqual(["edge", ...rootly]);
    expect(compose.services.edge?.cap_add).toEqual(["NET_BIND_SERVICE"]);
    for (const dockerfile of ["infra/docker/Dockerfile", "infra/pgbouncer/Dockerfile"]) {
      expect(await read(dockerfile)).toMatch(/^USER (?!root)\w+$/m);
    }
  });

  it("starts again whatever ends, and asks it whether it is well", () => {
    expect(named(({ restart }) => restart !== "unless-stopped")).toEqual(["migrate"]);
    // A job, and images without any program to ask with.
    expect(named(({ healthcheck }) => healthcheck.disable === true)).toEqual(["jaeger", "migrate", "otel-collector"]);
    for (const [, { healthcheck }] of parts) if (!healthcheck.disable) expect(healthcheck.test).toBeDefined();
  });

  it("starts services when the schema is there, the edge when they are ready", () => {
    for (const name of ["registry", "marketplace", "search", "registry-2", "marketplace-2", "search-2"]) {
      expect(compose.services[name]?.depends_on).toEqual({ migrate: { condition: "service_completed_successfully" } });
    }
    const ready = { condition: "service_healthy" };
    expect(compose.services.migrate?.depends_on).toEqual({ postgres: ready });
    expect(compose.services.edge?.depends_on).toEqual({ registry: ready, marketplace: ready, search: ready });
  });

  it("gives secrets as files, each only to whom it concerns, and none by default", async () => {
    for (const [name, { environment = {}, secrets = [] }] of parts) {
      const files = Object.entries(environment).filter(([variable]) => variable.endsWith("_FILE"));
      const paths = [...new Set(files.map(([, path]) => path))];
      if (files.length > 0)
        expect([name, paths.sort()]).toEqual([name, secrets.map((s) => `/run/secrets/${s}`).sort()]);
      const plain = Object.entries(environment).filter(([variable]) => !variable.endsWith("_FILE"));
      expect(plain.filter(([variable]) => /PASSWORD|TOKEN|SECRET|KEY/.test(variable))).toEqual([]);
      expect(plain.filter(([, value]) => /:\/\/[^/@]*:[^/@]*@/.test(value))).toEqual([]);
    }
    const firstRun = await read("infra/docker/first-run.sh");
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(file).toBe(`./.secrets/${name}`);
      expect(firstRun).toMatch(new RegExp(`\\b${name.replace(/_password$/, "")}\\b`));
    }
  });

  it("lets only those to the database who need it, and nobody from there to the outside", () => {
    expect(named((part) => networksOf(part).includes("database"))).toEqual([
      ...[
        "marketplace",
        "marketplace-2",
        "migrate",
        "pgbouncer",
        "postgres",
        "postgres-read",
        "registry",
        "registry-2",
      ],
      ...["search", "search-2"],
    ]);
    expect(compose.networks.database).toEqual({ internal: true });
    for (const name of ["postgres", "postgres-read", "pgbouncer"]) {
      expect(networksOf(compose.services[name] as Part)).toEqual(["database"]);
    }
  });

  it("publishes the edge and those who watch, on this machine only unless told otherwise", () => {
    expect(named(({ ports }) => ports !== undefined)).toEqual(["edge", "grafana", "jaeger", "prometheus"]);
    for (const port of parts.flatMap(([, { ports = [] }]) => ports)) {
      expect(port).toMatch(/^(127\.0\.0\.1|\$\{NOFX_BIND:-127\.0\.0\.1\}):/);
    }
  });

  it("changes nothing of the repository, and keeps data in volumes that have a name", () => {
    for (const volume of parts.flatMap(([, { volumes = [] }]) => volumes)) {
      const [source = "", , mode] = volume.replaceAll(/\$\{[^}]*\}/g, "x").split(":");
      if (source.startsWith(".")) expect([volume, mode]).toEqual([volume, "ro"]);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
  });

  it("knows every setting that a profile makes", async () => {
    const text = await read("docker-compose.yml");
    for (const profile of ["scale", "observability"]) {
      const made = settings(await read(`infra/docker/${profile}.env`));
      expect(made.length).toBeGreaterThan(0);
      expect(made.filter((name) => !text.includes(`\${${name}:-`))).toEqual([]);
    }
  });

  it("has metrics collected of every service, and of every replica", async () => {
    const targets = async (name: string): Promise<string[]> =>
      parse(await read(`infra/prometheus/targets/${name}.yml`)).flatMap(
        (group: { targets: string[] }) => group.targets,
      );
    const listening = (names: readonly string[]) =>
      names.filter(
        (name) => networksOf(compose.services[name] as Part).includes("database") && /regis|market|search/.test(name),
      );
    const hosts = async (name: string) => (await targets(name)).map((target) => target.split(":")[0]).sort();
    const single = listening(named(({ profiles }) => profiles === undefined));
    expect(await hosts("single")).toEqual(single);
    expect(await hosts("scale")).toEqual([...single, ...listening(ofProfile("scale"))].sort());
  });
});
