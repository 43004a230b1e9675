import Negotiator from 'negotiator';

/** Whether a client accepts gzip and does not prefer an uncompressed response. False if the header is missing. */
export function wantsGzip(acceptEncoding: string | null): boolean {
  // RFC 9110: x-gzip is equivalent to gzip.
  const header = (acceptEncoding ?? '').replaceAll(/x-gzip/gi, 'gzip');
  const negotiator = new Negotiator({ headers: { 'accept-encoding': header } });
  return negotiator.encoding(['gzip', 'identity'], { preferred: ['gzip'] }) === 'gzip';
}

/** Whether a client accepts one of these media types. True if the header is missing. */
export function accepts(accept: string | null, types: readonly string[]): boolean {
  // Only the weight counts: `application/json; charset=utf-8` means the same as `application/json`.
  const header = (accept || '*/*').replaceAll(/;(?!\s*q=)[^;,]*/gi, '');
  return new Negotiator({ headers: { accept: header } }).mediaTypes(types).length > 0;
}
