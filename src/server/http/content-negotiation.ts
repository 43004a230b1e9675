import Negotiator from 'negotiator';

/**
 * Whether a client accepts gzip and does not prefer an uncompressed response. False without the header Accept-Encoding.
 */
export function wantsGzip(acceptEncoding: string | null): boolean {
  // In RFC 9110, x-gzip means the same as gzip.
  const header = (acceptEncoding ?? '').replaceAll(/x-gzip/gi, 'gzip');
  const negotiator = new Negotiator({ headers: { 'accept-encoding': header } });
  return negotiator.encoding(['gzip', 'identity'], { preferred: ['gzip'] }) === 'gzip';
}

/** Whether a client accepts one of `types`. True without the header Accept. */
export function accepts(accept: string | null, types: readonly string[]): boolean {
  // Remove all parameters except the weight `q`: `application/json; charset=utf-8` means `application/json`.
  const header = (accept || '*/*').replaceAll(/;(?!\s*q=)[^;,]*/gi, '');
  return new Negotiator({ headers: { accept: header } }).mediaTypes(types).length > 0;
}
