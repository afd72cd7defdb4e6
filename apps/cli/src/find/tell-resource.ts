import { fields } from "../output/fields.ts";
import type { Style } from "../output/style.ts";
import { table } from "../output/table.ts";
import type { ResourceStatus } from "./status.command.ts";

/** The day of a timestamp. */
const dayOf = (timestamp: string): string => timestamp.slice(0, 10);

/** The state of an agent or a template, for people. */
export const tellResource = (resource: ResourceStatus, style: Style): string => {
  const { of, tenant, id, name, status, statusReason, successor, channels, versions } = resource;
  const paint = status === "active" ? style.green : style.yellow;
  const head = fields(
    [
      [of, style.bold(`${tenant}/${id}`)],
      ["name", name],
      ["version", resource.currentVersion],
      ["status", paint(status) + (statusReason === undefined ? "" : `: ${statusReason}`)],
      ["use instead", successor],
      ["visibility", resource.visibility],
      ["channels", channels?.map(({ channel, version }) => `${channel} → ${version}`).join(", ")],
    ],
    style,
  );
  if (versions.length === 0) return head;
  const newest = table(
    versions,
    [
      { title: "version", cell: ({ version }) => version },
      { title: "status", cell: (each) => each.status },
      { title: "published", cell: ({ publishedAt }) => dayOf(publishedAt) },
    ],
    style,
  );
  return `${head}\n\n${newest}`;
};
