/**
 * Hides the user name, the password and the parameters in an address, so that it can be printed. Expects the worst,
 * because an invalid address is printed as well: everything between the scheme and the last `@` is hidden.
 */
export function hidePassword(address: string): string {
  return address.replace(/^([a-z][a-z\d+.-]*:(?:\/\/)?)?.*@/is, '$1…@').replace(/\?.+/s, '?…');
}
