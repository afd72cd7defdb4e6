import { z } from "zod";
import { Digest } from "./ids.ts";

/** Limits of the files that are published with a document. Sizes are bytes of decoded content. */
export const fileLimits = {
  fileBytesMax: 256 * 1024,
  filesBytesMax: 1024 * 1024,
  filesMax: 200,
} as const;

/** Relative POSIX path inside a resource's directory: no empty, `.` or `..` segment, no backslash, at most 255 characters. */
export const FilePath = z
  .string()
  .max(255)
  .regex(
    /^(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@ +-]+(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@ +-]+)*$/,
    "Use a relative path such as `prompts/system.md`, without `..`, backslashes or a leading slash",
  )
  .meta({ id: "FilePath", description: "Relative path inside its directory", examples: ["prompts/system.md"] });

/** Where the JSON Schema of a manifest lies, for editors. */
export const SchemaReference = z
  .string()
  .max(2048)
  .meta({
    description:
      "Where this file's JSON Schema lies, for editors. In a directory it says nothing of the content: it is left out when the directory is published",
    examples: ["http://127.0.0.1:4000/schemas/agent.json"],
  });

/** A prompt, asset or other file that is published with the version. */
export const ManifestFile = z
  .object({
    path: FilePath,
    content: z
      .string()
      .max(Math.ceil((fileLimits.fileBytesMax * 4) / 3) + 4)
      .meta({ description: "Text, or base64" }),
    encoding: z.enum(["utf-8", "base64"]).default("utf-8").meta({ description: "How `content` is written" }),
  })
  .meta({ id: "ManifestFile", description: "A file that is published with the version" });
export type ManifestFile = z.infer<typeof ManifestFile>;

/** A file of a published version, without its content. */
export const PublishedFile = z
  .object({ path: FilePath, size: z.int().min(0).meta({ description: "Bytes" }), digest: Digest })
  .meta({ id: "PublishedFile" });
export type PublishedFile = z.infer<typeof PublishedFile>;
