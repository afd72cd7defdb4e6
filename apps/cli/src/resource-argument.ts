import { ResourceId, TenantId } from "@nofx/contract-kit";
import { z } from "zod";

const form = /^(agent|template):(?:([^/]*)\/)?(.*)$/;
const Parts = z.object({ kind: z.enum(["agent", "template"]), id: ResourceId, tenant: TenantId.optional() });

/** `agent:<id>` or `template:<id>`; of another tenant `agent:<tenant>/<id>`. */
export const ResourceArgument = z
  .string()
  .regex(form, "Write agent:<id> or template:<id>, such as agent:code-review")
  .transform((text): unknown => {
    const [, kind, tenant, id] = form.exec(text) ?? [];
    return { kind, id, tenant };
  })
  .pipe(Parts);
