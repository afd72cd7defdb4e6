/** Reads as somebody whom no policy hides rows from. */
export type Read = <Row extends object>(text: string) => Promise<Row[]>;

/** What a generation of the index is made of, as lines, the records it was made of among them. */
export const rowsOf = async (read: Read, generation: number): Promise<string[]> => {
  const rows = await read<{ line: string }>(`
    SELECT 'record ' || (to_jsonb(r) - 'reading')::text AS line FROM search.records r
    UNION ALL SELECT 'category ' || to_jsonb(c)::text FROM search.record_categories c
    UNION ALL SELECT 'quarantine ' || concat_ws(' ', tenant_id, type, id, error) FROM search.quarantine
    UNION ALL SELECT 'document ' || (to_jsonb(d) - 'generation')::text FROM search.index_documents d WHERE generation = ${generation}
    UNION ALL SELECT 'words ' || (to_jsonb(w) - 'generation' - 'quality')::text FROM search.index_words w WHERE generation = ${generation}
    UNION ALL SELECT 'term ' || (to_jsonb(t) - 'generation')::text FROM search.index_terms t WHERE generation = ${generation}
    UNION ALL SELECT 'lexeme ' || (to_jsonb(l) - 'generation')::text FROM search.index_lexemes l WHERE generation = ${generation}`);
  return rows.map(({ line }) => line).sort();
};

export interface Progress {
  readonly generation: number;
  readonly isBuilt: boolean;
  readonly cursors: readonly string[];
  /** Changes that were applied so far. */
  readonly applied: number;
}

/** How far the index has come, seen from behind. */
export const progressOf = async (read: Read): Promise<Progress> => {
  const rows = await read<{ generation: number; is_built: boolean; cursors: string[]; applied: number }>(`
    SELECT coalesce((SELECT generation::int FROM search.generations WHERE is_current), 0) AS generation,
      NOT EXISTS (SELECT FROM search.generations WHERE built_at IS NULL AND retired_at IS NULL) AS is_built,
      (SELECT array_agg(coalesce(cursor, '') ORDER BY source) FROM search.sources) AS cursors,
      (SELECT count(*)::int FROM search.applied_changes) AS applied`);
  const [row] = rows;
  if (!row) throw new Error("There is no state of the index");
  return { generation: row.generation, isBuilt: row.is_built, cursors: row.cursors, applied: row.applied };
};

/** What followed and rebuilt do not have in common. */
export const differencesOf = (followed: readonly string[], rebuilt: readonly string[]): string[] => {
  const [one, other] = [new Set(followed), new Set(rebuilt)];
  return [
    ...followed.filter((line) => !other.has(line)).map((line) => `only followed: ${line}`),
    ...rebuilt.filter((line) => !one.has(line)).map((line) => `only rebuilt: ${line}`),
  ];
};
