import { readdir, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { HTTPRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute";
import { PrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import { Job } from "kubernetes-models/batch/v1/Job";
import { Ingress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Pod } from "kubernetes-models/v1/Pod";
import { Service } from "kubernetes-models/v1/Service";
import { ServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { chart, chartDigest, renderedDirectory, root, setNames } from "../src/chart.ts";
import { type Manifest, manifestsIn, podOf, rendered, withoutCopies } from "../src/manifests.ts";
import { helmVersion, lint, render } from "../src/render.ts";

// biome-ignore lint/suspicious/noExplicitAny: each takes data of its own kind and refuses others when it validates
type Model = new (data: any) => { validate(): void };

const models: Readonly<Record<string, Model>> = {
  "apps/v1 Deployment": Deployment,
  "autoscaling/v2 HorizontalPodAutoscaler": HorizontalPodAutoscaler,
  "batch/v1 Job": Job,
  "gateway.networking.k8s.io/v1 HTTPRoute": HTTPRoute,
  "monitoring.coreos.com/v1 ServiceMonitor": ServiceMonitor,
  "networking.k8s.io/v1 Ingress": Ingress,
  "networking.k8s.io/v1 NetworkPolicy": NetworkPolicy,
  "policy/v1 PodDisruptionBudget": PodDisruptionBudget,
  "v1 ConfigMap": ConfigMap,
  "v1 Pod": Pod,
  "v1 Service": Service,
  "v1 ServiceAccount": ServiceAccount,
};

const helm = await helmVersion();
const services = ["marketplace", "registry", "search"];
const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;
const ofKind = (manifests: readonly Manifest[], kind: string): Manifest[] =>
  manifests.filter((manifest) => manifest.kind === kind);
const inStep = (
  labels: Readonly<Record<string, string>> = {},
  selector: Readonly<Record<string, string>> = {},
): boolean => Object.entries(selector).every(([key, value]) => labels[key] === value);

describe("infra/helm/rendered", () => {
  it("is of the chart as it is now; otherwise: `npm run helm:render`", async () => {
    expect((await readFile(join(renderedDirectory, "chart.sha256"), "utf8")).trim()).toBe(await chartDigest());
  });

  it.skipIf(!helm).each(setNames)(
    "is what the helm on PATH makes of %s, which it finds nothing wrong with",
    async (set) => {
      await lint(set);
      expect(manifestsIn(withoutCopies(await render(set)))).toEqual(await rendered(set));
    },
  );

  it("is without copies of what is elsewhere in the repository", async () => {
    const documents = [
      "a: 1\nkind: ConfigMap\nmetadata:\n  name: nofx-dashboards\n",
      "kind: PrometheusRule\nmetadata:\n  name: nofx\n",
      "kind: ConfigMap\nmetadata:\n  name: nofx-search\n",
    ];
    expect(manifestsIn(withoutCopies(`---\n${documents.join("---\n")}`))).toEqual([
      { kind: "ConfigMap", metadata: { name: "nofx-search" } },
    ]);
    for (const set of setNames) expect((await rendered(set)).some(({ kind }) => kind === "PrometheusRule")).toBe(false);
  });

  it("cannot be read if it is not YAML", () => {
    expect(() => manifestsIn("a: [1")).toThrow(/flow sequence/i);
    expect(manifestsIn("---\n# nothing\n---\n")).toEqual([]);
  });
});

describe.each(setNames)("manifests of %s", (set) => {
  it("are as Kubernetes' own schemas and those of the resources of others say", async () => {
    for (const manifest of await rendered(set)) {
      const model = models[`${manifest.apiVersion} ${manifest.kind}`];
      expect(model, nameOf(manifest)).toBeDefined();
      if (model) expect(() => new model(manifest).validate(), nameOf(manifest)).not.toThrow();
    }
  });

  it("have names of their own, and no Secret among them", async () => {
    const manifests = await rendered(set);
    const names = manifests.map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    expect(ofKind(manifests, "Secret")).toEqual([]);
  });

  it("hold every pod to the restricted standard, with files that it cannot change and no token", async () => {
    const pods = (await rendered(set)).flatMap((manifest) => podOf(manifest) ?? []);
    expect(pods).toHaveLength(services.length + 2);
    for (const { spec } of pods) {
      expect(spec).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      });
      expect(spec.hostNetwork ?? spec.hostPID ?? spec.hostIPC ?? false).toBe(false);
      for (const container of spec.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          privileged: false,
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          capabilities: { drop: ["ALL"] },
        });
        expect(container.resources).toMatchObject({
          requests: { cpu: expect.anything(), memory: expect.anything() },
          limits: { memory: expect.anything() },
        });
      }
    }
  });

  it("mount every file that a variable names, and keep secrets out of variables", async () => {
    const manifests = await rendered(set);
    for (const owner of [...ofKind(manifests, "Deployment"), ...ofKind(manifests, "Job")]) {
      const { volumes, containers } = owner.spec.template.spec as { volumes: Manifest[]; containers: Manifest[] };
      const [container] = containers;
      const config = manifests.find(
        (each) => each.kind === "ConfigMap" && each.metadata.name === container?.envFrom?.[0].configMapRef.name,
      );
      const listed = (container?.env ?? []) as { name: string; value: string }[];
      const all = { ...config?.data, ...Object.fromEntries(listed.map(({ name, value }) => [name, value])) };
      const sources = volumes.find(({ name }) => name === "secrets")?.projected.sources as Manifest[];
      const files = sources.flatMap(({ secret }) => secret.items.map(({ path }: { path: string }) => path));
      const named = Object.entries(all).filter(([name]) => name.endsWith("_FILE"));
      expect(named.length).toBeGreaterThan(0);
      for (const [, path] of named) expect(files).toContain(String(path).replace("/run/secrets/nofx/", ""));
      for (const [name, value] of Object.entries(all)) {
        expect(name).not.toMatch(/(PASSWORD|TOKEN|WEBHOOK_KEY)$/);
        expect(String(value)).not.toMatch(/:\/\/[^/@]*:[^/@]*@/);
      }
    }
  });

  it("drain before they stop, start in their time, and are replaced without a gap", async () => {
    for (const { spec } of ofKind(await rendered(set), "Deployment")) {
      const [container] = spec.template.spec.containers;
      const { sleep } = container.lifecycle.preStop;
      // close-with-grace gives a service ten seconds.
      expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(sleep.seconds + 10 + 5);
      expect(spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
      expect(container.startupProbe.httpGet.path).toBe("/health/live");
      expect(container.livenessProbe.httpGet.path).toBe("/health/live");
      expect(container.readinessProbe.httpGet.path).toBe("/health/ready");
      // Proxies must have let go of a pod by the time it stops listening.
      const { periodSeconds, failureThreshold } = container.startupProbe;
      expect(periodSeconds * failureThreshold).toBeGreaterThanOrEqual(60);
      expect(spec.template.spec.topologySpreadConstraints).toHaveLength(2);
    }
  });

  it("lead selectors to pods, ports to ports and scalers to deployments", async () => {
    const manifests = await rendered(set);
    const deployments = ofKind(manifests, "Deployment");
    expect(deployments.map(({ metadata }) => metadata.name)).toEqual(services.map((name) => `nofx-${name}`));
    for (const deployment of deployments) {
      const { name } = deployment.metadata;
      const labels = deployment.spec.template.metadata.labels;
      const [container] = deployment.spec.template.spec.containers;
      const own = (kind: string) => ofKind(manifests, kind).find(({ metadata }) => metadata.name === name);
      expect(inStep(labels, deployment.spec.selector.matchLabels)).toBe(true);
      expect(inStep(labels, own("Service")?.spec.selector)).toBe(true);
      expect(inStep(labels, own("PodDisruptionBudget")?.spec.selector.matchLabels)).toBe(true);
      expect(own("Service")?.spec.ports[0].port).toBe(container.ports[0].containerPort);
      expect(own("ConfigMap")?.data.PORT).toBe(String(container.ports[0].containerPort));
      expect(own("HorizontalPodAutoscaler")?.spec.scaleTargetRef.name).toBe(name);
      expect(own("ServiceAccount")?.automountServiceAccountToken).toBe(false);
      expect(deployment.spec.replicas).toBeUndefined();
    }
  });

  it("bring the schemas up to date first, with nothing that is installed only afterwards", async () => {
    const manifests = await rendered(set);
    const [job] = ofKind(manifests, "Job");
    expect(job?.metadata.annotations).toMatchObject({ "helm.sh/hook": "pre-install,pre-upgrade" });
    expect(podOf(job as Manifest)?.spec.containers[0].envFrom).toBeUndefined();
    const before = manifests.filter(
      ({ metadata }) => metadata.annotations?.["helm.sh/hook"] === "pre-install,pre-upgrade",
    );
    const weight = ({ metadata }: Manifest) => Number(metadata.annotations?.["helm.sh/hook-weight"]);
    expect(before.map(({ kind }) => kind).toSorted()).toEqual(["Job", "NetworkPolicy", "ServiceAccount"]);
    for (const each of before) if (each.kind !== "Job") expect(weight(each)).toBeLessThan(weight(job as Manifest));
  });
});

describe("network policies", () => {
  const policyOf = async (set: (typeof setNames)[number], name: string): Promise<Manifest> => {
    const found = ofKind(await rendered(set), "NetworkPolicy").find(({ metadata }) => metadata.name === `nofx-${name}`);
    if (!found) throw new Error(`There is no policy nofx-${name}`);
    return found;
  };
  /** `component:port`, or what else a rule leads to. */
  const leads = (rules: Manifest[], side: "from" | "to"): string[] =>
    rules.flatMap(({ ports, [side]: peers }) =>
      (peers ?? [{}]).map((peer: Manifest) => {
        const labels = { ...peer.namespaceSelector?.matchLabels, ...peer.podSelector?.matchLabels };
        const who = labels["app.kubernetes.io/component"] ?? Object.values(labels).join("/");
        return `${who || peer.ipBlock?.cidr}:${ports[0].port}`;
      }),
    );

  it("allow nothing that no other one allows", async () => {
    const { spec } = await policyOf("managed", "default-deny");
    expect(spec.policyTypes).toEqual(["Ingress", "Egress"]);
    expect([spec.ingress, spec.egress]).toEqual([undefined, undefined]);
    const pods = (await rendered("managed")).flatMap((manifest) => podOf(manifest) ?? []);
    for (const pod of pods) expect(inStep(pod.metadata.labels, spec.podSelector.matchLabels)).toBe(true);
  });

  it.each([
    [
      "registry",
      ["ingress-nginx:4001", "marketplace:4001", "search:4001", "test:4001"],
      ["marketplace:4002", "0.0.0.0/0:443"],
    ],
    ["marketplace", ["ingress-nginx:4002", "registry:4002", "search:4002", "test:4002"], ["registry:4001"]],
    ["search", ["ingress-nginx:4003", "test:4003"], ["registry:4001", "marketplace:4002"]],
    ["migrate", [], []],
  ])("let the %s be reached, and reach, only what it must", async (name, from, to) => {
    const { spec } = await policyOf("managed", name);
    expect(leads(spec.ingress ?? [], "from")).toEqual(from);
    expect(leads(spec.egress, "to")).toEqual(["kube-system/kube-dns:53", "10.20.0.0/16:5432", ...to]);
  });

  it("let search, and nobody else, reach OpenSearch where it is used; and Prometheus in where it collects", async () => {
    const search = await policyOf("opensearch", "search");
    expect(leads(search.spec.egress, "to")).toContain("opensearch:9200");
    expect(leads(search.spec.ingress, "from")).toContain("monitoring:4003");
    expect(leads((await policyOf("opensearch", "registry")).spec.egress, "to")).not.toContain("opensearch:9200");
    expect(leads((await policyOf("managed", "search")).spec.egress, "to")).not.toContain("opensearch:9200");
  });
});

describe("monitoring", () => {
  it.each([
    ["alerts.yml", "infra/prometheus/alerts.yml"],
    ["dashboards", "infra/grafana/dashboards"],
  ])("takes %s from where it is, %s", async (link, source) => {
    expect(await realpath(join(chart, "files", link))).toBe(await realpath(join(root, source)));
  });

  it("collects from each service, as the job that the alerts name", async () => {
    const manifests = await rendered("cloudnativepg");
    const [monitor] = ofKind(manifests, "ServiceMonitor");
    const watched = ofKind(manifests, "Service").filter(({ metadata }) =>
      inStep(metadata.labels, monitor?.spec.selector.matchLabels),
    );
    expect(watched.map(({ metadata }) => metadata.labels?.[monitor?.spec.jobLabel])).toEqual(["nofx", "nofx", "nofx"]);
  });

  it.skipIf(!helm)("has the alerts and dashboards of this repository, unchanged", async () => {
    const manifests = manifestsIn(await render("cloudnativepg"));
    const [rule] = ofKind(manifests, "PrometheusRule");
    expect(() => new PrometheusRule(rule as never).validate()).not.toThrow();
    expect(rule?.spec).toEqual(parse(await readFile(join(root, "infra/prometheus/alerts.yml"), "utf8")));
    const dashboards = manifests.find(({ metadata }) => metadata.name === "nofx-dashboards");
    const names = await readdir(join(root, "infra/grafana/dashboards"));
    expect(Object.keys(dashboards?.data).toSorted()).toEqual(names.toSorted());
    for (const [name, text] of Object.entries(dashboards?.data as Record<string, string>)) {
      const source = JSON.parse(await readFile(join(root, "infra/grafana/dashboards", name), "utf8")) as unknown;
      expect(JSON.parse(text)).toEqual(source);
    }
  });
});

describe.skipIf(!helm)("values that are wrong together", () => {
  it.each([
    ["routing.kind=httproute", "routing.httpRoute.parentRefs: name the Gateway"],
    ["search.engine=opensearch", "search.opensearch.url: search.engine opensearch needs the address"],
    ["database.sslMode=require", "database.ca: with sslMode disable or require no certificate is checked"],
    ["services.search.autoscaling.min=11", "services.search.autoscaling: min is 11, more than max, 10."],
    ["database.connectionsMax=100", "the services may open 528 connections, more than the 100 that there are"],
    ["publicUrl=nofx.example.com", "at '/publicUrl': 'nofx.example.com' does not match pattern"],
  ])("are refused with what is the matter: %s", async (value, message) => {
    await expect(render("managed", value)).rejects.toThrow(message);
  });
});

describe("databases", () => {
  const dataOf = async (set: (typeof setNames)[number], name: string) =>
    (await rendered(set)).find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === `nofx-${name}`)?.data;

  it("are reached through the pooler, listened to at the server and read at the replica", async () => {
    const tls = "sslmode=verify-full&sslrootcert=/run/config/database-ca/ca.crt";
    for (const name of ["registry", "marketplace", "search"]) {
      expect(await dataOf("cloudnativepg", name)).toMatchObject({
        DATABASE_URL: `postgres://nofx_${name}@nofx-pooler:5432/nofx?${tls}`,
        DATABASE_LISTEN_URL: `postgres://nofx_${name}@nofx-database-rw:5432/nofx?${tls}`,
      });
    }
    for (const name of ["marketplace", "search"]) {
      const read = `postgres://nofx_${name}@nofx-database-ro:5432/nofx?${tls}`;
      expect((await dataOf("cloudnativepg", name)).DATABASE_READ_URL).toBe(read);
    }
    // Nothing that the registry answers may be a moment old.
    expect(await dataOf("cloudnativepg", "registry")).not.toHaveProperty("DATABASE_READ_URL");
    const direct = await dataOf("managed", "search");
    expect(direct.DATABASE_URL).toContain("@nofx.abc123.eu-central-1.rds.example.com:5432/nofx?sslmode=verify-full");
    expect(direct).not.toHaveProperty("DATABASE_LISTEN_URL");
  });

  it("are OpenSearch for search's documents where that is said", async () => {
    expect(await dataOf("opensearch", "search")).toMatchObject({
      ENGINE: "opensearch",
      OPENSEARCH_URL: "https://opensearch.opensearch.svc:9200",
      OPENSEARCH_PASSWORD_FILE: "/run/secrets/nofx/opensearch-password",
    });
    expect((await dataOf("managed", "search")).ENGINE).toBe("postgres");
  });
});
