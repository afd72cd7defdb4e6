import { z } from "zod";
import { SemverPolicy } from "./versions.ts";

/** How a tenant wants things done in a service. */
export const Settings = z.object({ semverPolicy: SemverPolicy }).meta({ id: "Settings" });
export type Settings = z.infer<typeof Settings>;

/** What holds in a tenant that has set nothing. */
export const defaultSettings: Settings = { semverPolicy: "enforce" };
