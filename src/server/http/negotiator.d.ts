/** The types of the package `negotiator` that this program uses. The published types lack the option `preferred`. */
declare module 'negotiator' {
  export default class Negotiator {
    constructor(request: { headers: Readonly<Record<string, string>> });
    /** Returns the media types of `available` that the header Accept allows, the preferred type first. */
    mediaTypes(available: readonly string[]): string[];
    /**
     * Returns the encoding of `available` that the header Accept-Encoding prefers. If weights are equal, `preferred`
     * decides.
     */
    encoding(available: readonly string[], options: { preferred: readonly string[] }): string | undefined;
  }
}
