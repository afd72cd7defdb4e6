/** A service's schema, and the role that it is used with. */
export interface OperatedTrack {
  readonly schema: string;
  readonly role: string;
  /** What is stored under the digest of its bytes: table and column. */
  readonly digested: readonly { readonly table: string; readonly bytes: string }[];
}

const text = (column: string): string => `convert_to(${column}, 'UTF8')`;

/** The services' schemas. They may lie in one database or in several. */
export const tracks: readonly OperatedTrack[] = [
  {
    schema: "registry",
    role: "nofx_registry",
    digested: [
      { table: "agent_versions", bytes: text("document") },
      { table: "agent_files", bytes: "content" },
    ],
  },
  {
    schema: "marketplace",
    role: "nofx_marketplace",
    digested: [
      { table: "template_versions", bytes: text("document") },
      { table: "template_files", bytes: "content" },
      { table: "template_locks", bytes: text("lock") },
    ],
  },
  { schema: "search", role: "nofx_search", digested: [] },
];
