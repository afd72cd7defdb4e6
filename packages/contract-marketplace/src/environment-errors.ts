import { defineErrors } from "@nofx/contract-kit";

/** Error codes of environments. */
export const environmentErrors = defineErrors({
  environment_not_found: {
    status: 404,
    title: "No such environment",
    description:
      "The version declares no environment of this name and you keep none; or, where one is to be removed, you keep none.",
  },
  environment_invalid: {
    status: 422,
    title: "The environment cannot be kept so",
    description: "`errors` lists everything that is wrong, all at once, each with its path. No value is repeated.",
  },
  environment_in_use: {
    status: 409,
    title: "Other environments extend it",
    description:
      "`detail` names the environments that you keep and that extend this one. Change or remove those first.",
  },
});
