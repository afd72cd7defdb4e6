import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DocumentType } from "@nofx/contract-search";
import type { SearchDocument } from "@nofx/search-core";
import { z } from "zod";
import { categoriesUpFrom } from "./categories.ts";
import { drawnOf } from "./draws.ts";
import { inventedSentences } from "./invented-sentences.ts";
import { signalsOf } from "./signals.ts";

const read = (file: string): string => readFileSync(join(import.meta.dirname, file), "utf8");

/** What agents and templates of a domain have in common. */
const Domain = z.strictObject({ category: z.string(), words: z.array(z.string()).min(3) });

/** One line of catalogue.jsonl. */
const Invented = z.strictObject({
  tenant: z.string().default("acme"),
  type: DocumentType,
  id: z.string(),
  name: z.string(),
  description: z.string(),
  domain: z.string(),
  tags: z.array(z.string()).min(1),
  capabilities: z.array(z.string()).default([]),
  agents: z.array(z.string()).default([]),
  status: z.enum(["active", "deprecated"]).default("active"),
});
type Invented = z.infer<typeof Invented>;

const bodyOf = ({ id, name, description, agents }: Invented, words: readonly string[]): string =>
  [
    `# ${name}`,
    description,
    `It knows ${words.join(", ")}.`,
    ...drawnOf(inventedSentences, 6, id),
    ...agents.map((agent, index) => `${index + 1}. ${agent.split("/").at(-1)}`),
  ].join("\n");

/** Agents and templates that nobody has published, such as a company would have: enough for near misses. */
export const inventedDocuments = (now: Date): SearchDocument[] => {
  const domains = z.record(z.string(), Domain).parse(JSON.parse(read("domains.json")));
  const lines = read("catalogue.jsonl").trimEnd().split("\n");
  return lines.map((line): SearchDocument => {
    const invented = Invented.parse(JSON.parse(line));
    const { domain, ...told } = invented;
    const { category, words } = Domain.parse(domains[domain]);
    // Agents have neither.
    const sorted = told.type === "template" ? { kind: "workflow", category } : { kind: undefined, category: undefined };
    return {
      ...told,
      ...sorted,
      currentVersion: "1.0.0",
      visibility: "public",
      categories: categoriesUpFrom(sorted.category),
      aliases: [],
      author: `${domain}@example.com`,
      license: "MIT",
      body: bodyOf(invented, words),
      ...signalsOf(told, now),
    };
  });
};
