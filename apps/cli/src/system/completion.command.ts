import { script as printScript } from "@bomb.sh/tab";
import { z } from "zod";
import { type Command, defineCommand } from "../command.ts";
import { printedBy } from "./printed-by.ts";

const Shell = z.enum(["bash", "zsh", "fish"]);
const input = z.object({ shell: Shell });
const output = z.object({ shell: Shell, script: z.string() });

/** The package bash-completion brings this; a bare bash, such as that of macOS, has not got it. */
const bareBash = `
if ! declare -F _get_comp_words_by_ref > /dev/null; then
    _get_comp_words_by_ref() {
        local line=\${COMP_LINE:0:COMP_POINT}
        read -r -a words <<< "$line"
        [[ $line == *" " ]] && words+=("")
        cword=$((\${#words[@]} - 1))
        cur=\${words[cword]}
        prev=\${words[cword - 1]}
    }
fi
`;

/** Where nofx has nothing to offer, bash offers files. */
const bashFiles = "complete -o default -F __nofx_complete nofx";

const scriptFor = (shell: z.output<typeof Shell>): string => {
  const made = printedBy(() => printScript(shell, "nofx", "nofx")).trimEnd();
  if (shell !== "bash") return made;
  // Whoever sources it twice gets no errors.
  return `${made.replace(/^readonly /gm, "")}\n${bashFiles}\n${bareBash}`.trimEnd();
};

/** `nofx completion`. */
export const completion: Command<typeof input, typeof output> = defineCommand({
  input,
  output,
  run: async (_context, { shell }) => ({ output: { shell, script: scriptFor(shell) } }),
  tell: ({ script }) => script,
});
