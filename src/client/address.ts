/** Formats a URL for messages: without its user name, password and parameters. */
export function shownAddress(url: string): string {
  if (!URL.canParse(url)) return url.replace(/^.*@/s, '…@');
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/**
 * Throws TypeError if a URL contains a user name or password. `fetch` would reject such a URL too, but with a message
 * that contains the password.
 */
export function rejectPassword(url: string): void {
  if (!URL.canParse(url)) return;
  const { username, password } = new URL(url);
  if (username !== '' || password !== '')
    throw new TypeError(
      `The URL ${shownAddress(url)} contains a user name or password. Send an access token instead`,
    );
}
