import { join } from "node:path";
import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { root } from "../src/workflows.ts";
import { startIssuer, startTrustingRegistry } from "./registry.ts";
import { agentFiles, cli, directoryWith, type Ran, step } from "./run.ts";

const audience = { INPUT_AUDIENCE: "https://registry.example.com" };
const exchange = (env: Readonly<Record<string, string>>): Promise<Ran> =>
  step([process.execPath, join(root, ".github/actions/nofx-token/exchange.mjs")], { INPUT_TENANT: "acme", ...env });

describe("the action nofx-token", () => {
  it("0: exchanges the run's identity for a token that is masked and publishes the agent, and no other", async () => {
    const issuer = await startIssuer();
    const { url, admin } = await startTrustingRegistry(issuer.url, "greeter");
    issuer.failNext(1);
    const { exitCode, log, outputs } = await exchange({ INPUT_REGISTRY: url, ...audience, ...issuer.env });
    expect({ exitCode, agents: outputs.agents }).toEqual({ exitCode: 0, agents: "greeter" });
    const token = outputs.token ?? "";
    expect(log.split("\n").filter((line) => line.includes(token))).toEqual([`::add-mask::${token}`]);
    const sync = (cwd: string) =>
      step([...cli, "sync", "agents"], { NOFX_ORIGIN: url, NOFX_TOKEN: token, NOFX_CONFIG: cwd }, cwd);
    const published = await sync(await directoryWith(agentFiles("greeter")));
    expect(published).toMatchObject({ exitCode: 0, log: expect.stringContaining("1 created") });
    const { versions } = await unwrap(admin.listAgentVersions({ agentId: "greeter" }));
    expect(versions[0]?.publishedBy).toBe("github:acme/agents@refs/heads/main#run/123");
    const other = await sync(await directoryWith(agentFiles("other")));
    expect(other.exitCode).toBeGreaterThan(0);
    expect((await admin.getAgent({ agentId: "other" })).ok).toBe(false);
  });

  it("0: for templates, too; asked for one agent or one template, the token is for that one only", async () => {
    const issuer = await startIssuer();
    const { url } = await startTrustingRegistry(issuer.url, "greeter", ["digest", "release-notes"]);
    const named = async (wish: Readonly<Record<string, string>>) => {
      const { exitCode, outputs } = await exchange({ INPUT_REGISTRY: url, ...audience, ...issuer.env, ...wish });
      return { exitCode, agents: outputs.agents, templates: outputs.templates };
    };
    const all = { exitCode: 0, agents: "greeter", templates: "digest release-notes" };
    expect(await named({})).toEqual(all);
    expect(await named({ INPUT_TEMPLATE: "digest" })).toEqual({ ...all, agents: "", templates: "digest" });
    expect(await named({ INPUT_AGENT: "greeter" })).toEqual({ ...all, templates: "" });
  });

  it("1: says why not: another audience, an unknown tenant with the run's claims, no permission, nobody there", async () => {
    const issuer = await startIssuer();
    const { url } = await startTrustingRegistry(issuer.url, "greeter");
    const usual = { INPUT_REGISTRY: url, ...audience, ...issuer.env };
    const refused = async (change: Readonly<Record<string, string>>): Promise<string> => {
      const { exitCode, log, outputs } = await exchange({ ...usual, ...change });
      expect({ exitCode, outputs }).toEqual({ exitCode: 1, outputs: {} });
      return log;
    };
    expect(await refused({ INPUT_AUDIENCE: "" })).toMatch(/^::error title=nofx token::401 workload_token_invalid: /m);
    const stranger = await refused({ INPUT_TENANT: "other" });
    expect(stranger).toMatch(
      /^::error title=nofx token::403 workload_not_trusted: .*%0AThis run's claims: .*acme\/agents/m,
    );
    expect(await refused({ ACTIONS_ID_TOKEN_REQUEST_URL: "" })).toContain("`id-token: write`");
    expect(await refused({ ACTIONS_ID_TOKEN_REQUEST_TOKEN: "wrong" })).toContain("GitHub gives no identity token: 401");
    expect(await refused({ INPUT_REGISTRY: "acme" })).toContain("Say which registry");
    expect(await refused({ INPUT_TENANT: "" })).toContain("Say whose agents");
  });
});
