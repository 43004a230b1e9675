/** The part of the package that is used here: its published types lack the option `preferred`. */
declare module 'negotiator' {
  export default class Negotiator {
    constructor(request: { headers: Readonly<Record<string, string>> });
    /** The available types that the header Accept allows, in order of preference. */
    mediaTypes(available: readonly string[]): string[];
    /** The available encoding that the header Accept-Encoding prefers. `preferred` decides between equal weights. */
    encoding(available: readonly string[], options: { preferred: readonly string[] }): string | undefined;
  }
}
