/** Whether a connection string tells a password. */
export const hasPassword = (url: string): boolean => {
  const { password, searchParams } = new URL(url);
  return password !== "" || searchParams.has("password");
};

/** The same connection with a password. */
export const withPassword = (url: string, password: string): string => {
  const other = new URL(url);
  // Without a host, as for Unix sockets, an address has no place for it but among the parameters.
  if (other.host === "") other.searchParams.set("password", password);
  else other.password = encodeURIComponent(password);
  return other.href;
};

/** The same server and database, as another role. */
export const asRole = (url: string, role: string, password: string): string => {
  const other = new URL(url);
  other.username = encodeURIComponent(role);
  return withPassword(other.href, password);
};
