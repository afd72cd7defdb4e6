import type { TemplateSummary } from "@nofx/contract-marketplace";
import { judgeResourceOrder, type ResourceCase } from "@nofx/versioning";

type Successor = NonNullable<TemplateSummary["successor"]>;

/** A template with its tenant, as people name it. */
export const nameOf = ({ tenant, templateId }: Successor): string => `${tenant}/${templateId}`;

/** Judges an order to change a template's status. */
export const judgeTemplateOrder = (given: Omit<ResourceCase<Successor>, "kind" | "nameOf">) =>
  judgeResourceOrder({ ...given, kind: "template", nameOf });
