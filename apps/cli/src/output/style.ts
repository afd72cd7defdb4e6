import { styleText } from "node:util";

type Paint = (text: string) => string;

/** How things are told on a stream. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
  /** How wide a line may be; undefined: as wide as it gets, such as in a pipe. */
  readonly columns: number | undefined;
}

/** Where text goes: a terminal has `isTTY`. */
export type OutputStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export type Environment = Readonly<Record<string, string | undefined>>;

/** https://no-color.org, https://force-color.org, then whether somebody looks. */
const hasColour = ({ isTTY }: OutputStream, env: Environment): boolean => {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return isTTY === true && env.TERM !== "dumb";
};

/** The style of a stream; `colour: false` (`--no-color`) overrides the environment. */
export const styleOf = (stream: OutputStream, env: Environment, colour = true): Style => {
  const isOn = colour && hasColour(stream, env);
  const paint =
    (format: Parameters<typeof styleText>[0]): Paint =>
    (text) =>
      isOn ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: paint("bold"),
    dim: paint("dim"),
    red: paint("red"),
    green: paint("green"),
    yellow: paint("yellow"),
    cyan: paint("cyan"),
    columns: stream.isTTY ? stream.columns : undefined,
  };
};
