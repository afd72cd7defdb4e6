import { unwrap } from "@nofx/client";
import { TenantId } from "@nofx/contract-kit";
import { Channel } from "@nofx/contract-registry";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import { table } from "../output/table.ts";
import { AgentArgument, channelOf } from "./channel.ts";

const input = z.object({ agent: AgentArgument });
const output = z.object({ tenant: TenantId, ...channelOf, channels: z.array(Channel) });

/** `nofx channels list`. */
export const channelsList: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (context, { agent: { id: agentId, tenant = context.options.tenant } }) => {
    const client = await context.registry();
    const { agent } = await unwrap(client.getAgent({ agentId, ...(tenant !== undefined && { tenant }) }));
    return { output: { tenant: agent.tenant, agentId, channels: agent.channels } };
  },
  tell: ({ channels }, style) =>
    table(
      channels,
      [
        { title: "channel", cell: ({ channel }) => channel },
        { title: "version", cell: ({ version }) => version },
        { title: "moved", cell: ({ updatedAt }) => updatedAt.slice(0, 10) },
      ],
      style,
    ),
});
