import { Response as FetchResponse } from '@whatwg-node/fetch';

/** A response that remembers a body of text, so that the server can send the text without a stream. */
export class KnownResponse extends FetchResponse {
  /** The body. Undefined if the body is no text. */
  readonly knownText: string | undefined;

  constructor(body?: BodyInit | null, init?: ResponseInit) {
    super(body, init);
    this.knownText = typeof body === 'string' ? body : undefined;
  }

  static override json(data: unknown, init?: ResponseInit): Response {
    const response = new KnownResponse(JSON.stringify(data), init);
    response.headers.set('content-type', 'application/json; charset=utf-8');
    return response;
  }
}
