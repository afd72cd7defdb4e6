import { type Client, ProblemError, unwrap } from "@nofx/client";
import { type marketplaceContract, type TemplateVersionDocument, VersionFile } from "@nofx/contract-marketplace";
import type { SimulatedStep, SimulatedTemplate, SimulatedVersion } from "./simulation.ts";

type Marketplace = Client<typeof marketplaceContract>;

interface Address {
  readonly templateId: string;
  readonly version: string;
}

type Step = Pick<SimulatedStep, "id" | "agentId">;

const stepsOf = async (
  client: Marketplace,
  address: Address,
  { content }: TemplateVersionDocument,
): Promise<Step[]> => {
  if (!("versionFile" in content || "steps" in content)) return [];
  if (Array.isArray(content.steps)) return VersionFile.parse({ steps: content.steps }).steps;
  if (typeof content.versionFile !== "string") return [];
  const bytes = await unwrap(client.getTemplateFile({ ...address, path: content.versionFile }));
  return VersionFile.parse(JSON.parse(Buffer.from(bytes).toString())).steps;
};

/** Which versions of its agents a version runs with, by `tenant/id`; none if no lock is kept with it. */
const agentsOf = async (
  client: Marketplace,
  address: Address,
): Promise<Readonly<Record<string, { version: string }>>> => {
  const answer = await client.getTemplateVersionLock(address);
  if (answer.ok) return answer.body.lock.agents;
  if (answer.problem.code === "lock_not_found") return {};
  throw new ProblemError(answer.problem);
};

const readVersion = async (client: Marketplace, tenant: string, address: Address): Promise<SimulatedVersion> => {
  const document = await unwrap(client.getTemplateVersion(address));
  const [steps, agents] = await Promise.all([stepsOf(client, address, document), agentsOf(client, address)]);
  return {
    version: address.version,
    environments: Object.keys(document.content.environments ?? {}),
    steps: steps.map(({ id, agentId }) => {
      const agentVersion = agents[agentId.includes("/") ? agentId : `${tenant}/${agentId}`]?.version;
      return { id, agentId, ...(agentVersion !== undefined && { agentVersion }) };
    }),
  };
};

const readTemplate = async (client: Marketplace, templateId: string): Promise<SimulatedTemplate[]> => {
  const { template } = await unwrap(client.getTemplate({ templateId }));
  const active = template.versions.filter(({ status }) => status === "active").reverse();
  const read = ({ version }: { version: string }) => readVersion(client, template.tenant, { templateId, version });
  const [first, ...later] = await Promise.all(active.map(read));
  return first ? [{ templateId, versions: [first, ...later] }] : [];
};

/** Reads what may be simulated of a tenant's own templates: their active versions, the lowest first. */
export const readSimulatedTemplates = async (
  client: Marketplace,
  templateIds: readonly string[],
): Promise<SimulatedTemplate[]> =>
  (await Promise.all(templateIds.map((templateId) => readTemplate(client, templateId)))).flat();
