/** What a page's form would send; of several forms the first. */
const formOf = (
  page: string,
): { readonly action: string | undefined; readonly values: URLSearchParams } | undefined => {
  const [, attributes = "", content = ""] = /<form([^>]*)>([\s\S]*?)<\/form>/.exec(page) ?? [];
  if (attributes === "") return undefined;
  const values = new URLSearchParams();
  for (const [input] of content.matchAll(/<(?:input|button)[^>]*>/g)) {
    const name = /\bname="([^"]*)"/.exec(input)?.[1];
    if (name !== undefined && name !== "abort") values.set(name, /\bvalue="([^"]*)"/.exec(input)?.[1] ?? "");
  }
  return { action: /\baction="([^"]*)"/.exec(attributes)?.[1], values };
};

/** Types a person's name, and says yes or no. */
const filled = (values: URLSearchParams, person: string, answer: "yes" | "abort"): URLSearchParams => {
  if (values.has("login")) values.set("login", person);
  if (values.has("password")) values.set("password", "anything");
  if (answer === "abort" && values.has("confirm")) {
    values.delete("confirm");
    values.set("abort", "yes");
  }
  return values;
};

/** Opens a page and says yes to all that is asked there, as this person: what a browser and its user do to sign in. */
export const signIn = async (address: string, person: string, answer: "yes" | "abort" = "yes"): Promise<string> => {
  const cookies = new Map<string, string>();
  let url = address;
  let body: URLSearchParams | undefined;
  for (let step = 0; step < 30; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie },
      ...(body && { method: "POST", body }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const isRefusal = body?.has("abort") ?? false;
    body = undefined;
    const page = await response.text();
    const location = response.headers.get("location");
    if (location !== null) {
      url = new URL(location, url).href;
      continue;
    }
    const form = formOf(page);
    if (!form || isRefusal) return page;
    url = new URL(form.action ?? url, url).href;
    body = filled(form.values, person, answer);
  }
  throw new Error("The pages never end");
};
