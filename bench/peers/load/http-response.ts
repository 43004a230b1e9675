export interface HttpResponse {
  status: number;
  body: string;
}

/** Reads one HTTP/1.1 response; undefined while a part of it is missing. */
export function readHttpResponse(received: Buffer): HttpResponse | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const head = received.toString('latin1', 0, headEnd);
  const bodyStart = headEnd + 4;
  const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
  const body =
    length === undefined ? readChunks(received, bodyStart) : readBytes(received, bodyStart, Number(length));
  // The head starts with `HTTP/1.1 200`.
  return body === undefined ? undefined : { status: Number(head.slice(9, 12)), body };
}

function readBytes(received: Buffer, start: number, length: number): string | undefined {
  return received.length < start + length ? undefined : received.toString('utf8', start, start + length);
}

function readChunks(received: Buffer, start: number): string | undefined {
  const chunks: Buffer[] = [];
  let position = start;
  for (;;) {
    const lineEnd = received.indexOf('\r\n', position);
    if (lineEnd === -1) return undefined;
    const length = Number.parseInt(received.toString('latin1', position, lineEnd), 16);
    const next = lineEnd + 2 + length + 2;
    if (received.length < next) return undefined;
    if (length === 0) return Buffer.concat(chunks).toString();
    chunks.push(received.subarray(lineEnd + 2, lineEnd + 2 + length));
    position = next;
  }
}
