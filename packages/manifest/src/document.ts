import type { AgentManifest, AgentVersionDocument } from "@nofx/contract-registry";
import { type Publication as Published, publicationOf } from "@nofx/document";

export { fileBytes, mediaTypeOf } from "@nofx/document";

/** What publishing an agent's manifest stores. */
export type Publication = Published<AgentVersionDocument>;

/** Turns a valid manifest into the document that is published. */
export const toPublication = (manifest: AgentManifest): Publication => publicationOf(manifest);
