import type { DocumentType } from "@nofx/contract-search";

/** Names a document. */
export interface DocumentKey {
  readonly type: DocumentType;
  readonly tenant: string;
  readonly id: string;
}

/** An agent or a template as the index has it: the state of its current version. */
export interface SearchDocument extends DocumentKey {
  readonly name: string;
  readonly description: string | undefined;
  readonly currentVersion: string;
  readonly status: "active" | "deprecated" | "disabled";
  readonly visibility: "private" | "public";
  /** Of a template: `workflow` or `prompt`. */
  readonly kind: string | undefined;
  readonly category: string | undefined;
  /** The category and all above it. */
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly capabilities: readonly string[];
  /** Agents that a template's steps use, and those that an agent depends on, `tenant/id`. */
  readonly agents: readonly string[];
  /** Other names that it is known by. */
  readonly aliases: readonly string[];
  readonly author: string | undefined;
  readonly license: string | undefined;
  /** Prompts, steps, readme: whatever else has words in it. */
  readonly body: string;
  readonly ratingAverage: number | undefined;
  readonly ratingCount: number;
  /** Mean with the prior of its category; undefined: unrated. */
  readonly ratingBayesian: number | undefined;
  readonly usage30d: number;
  /** Wilson lower bound of the success rate of the last 30 days; undefined: no runs. */
  readonly success: number | undefined;
  readonly updatedAt: string;
}

/** `agent:acme/code-review`. */
export const keyText = ({ type, tenant, id }: DocumentKey): string => `${type}:${tenant}/${id}`;
