import { Finding } from "@nofx/contract-kit";
import { z } from "zod";

/** A finding and the file that it is in, as commands print it. */
export const FileFinding = Finding.extend({
  file: z.string().meta({ description: "Path of the file, relative to the working directory" }),
}).meta({ id: "FileFinding" });
export type FileFinding = z.infer<typeof FileFinding>;
