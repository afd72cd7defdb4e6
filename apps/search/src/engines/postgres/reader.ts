import type { Kysely } from "kysely";

/** What runs the engine's questions: each is one call of a function that takes who asks. */
// biome-ignore lint/suspicious/noExplicitAny: the functions are called by name, whatever tables there are
export type Reader = Kysely<any>;
