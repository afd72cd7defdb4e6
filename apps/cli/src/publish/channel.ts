import { ResourceId } from "@nofx/contract-kit";
import { z } from "zod";
import { ResourceArgument } from "../resource-argument.ts";

const isAgent = ({ kind }: { readonly kind: string }): boolean => kind === "agent";
const onlyAgents = { error: "Only agents have channels; write agent:<id>" };

/** An agent, perhaps of another tenant. */
export const AgentArgument = ResourceArgument.refine(isAgent, onlyAgents);

/** An agent of the caller's own tenant. */
export const OwnAgent = AgentArgument.refine(({ tenant }) => tenant === undefined, {
  error: "Leave the tenant out: only what belongs to yours can be changed",
});

/** Of outputs: whose channels they are. */
export const channelOf = { agentId: ResourceId };

/** A change that can be told without being made. */
export const dryRunFlag = z.literal(true).optional();
