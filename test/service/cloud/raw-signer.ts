/**
 * ACS3-HMAC-SHA256 and plain HTTP over a socket, written from the description of the signature and from nothing of
 * the product: the emulated cloud must agree with it. Every part can be tampered with after signing.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { connect } from 'node:net';

export interface RawRequest {
  readonly method?: string;
  readonly action: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: { readonly type: string; readonly text: string };
  readonly date?: string;
  readonly nonce?: string;
  readonly keyId: string;
  readonly secret: string;
  readonly token?: string;
  /** Changes what is sent after it was signed. */
  readonly tamper?: (sent: Sent) => void;
}

export interface Sent {
  method: string;
  target: string;
  readonly headers: Map<string, string>;
  body: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const percent = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export const isoSeconds = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** Signs and sends on a connection of its own; resolves with status and body. */
export async function sendRaw(port: number, request: RawRequest): Promise<{ status: number; body: unknown }> {
  const { method = 'POST', action, query = {}, body, keyId, secret, token } = request;
  const text = body?.text ?? '';
  const pairs = Object.keys(query)
    .sort()
    .map((name) => `${percent(name)}=${percent(query[name]!)}`)
    .join('&');
  const headers = new Map<string, string>([
    ['host', `127.0.0.1:${port}`],
    ['x-acs-version', '2020-04-20'],
    ['x-acs-action', action],
    ['x-acs-date', request.date ?? isoSeconds(Date.now())],
    ['x-acs-signature-nonce', request.nonce ?? randomBytes(16).toString('hex')],
    ['x-acs-content-sha256', sha256(text)],
  ]);
  if (body) headers.set('content-type', body.type);
  if (token !== undefined) {
    headers.set('x-acs-accesskey-id', keyId);
    headers.set('x-acs-security-token', token);
  }
  const names = [...headers.keys()].sort();
  const canonical = `${method}\n/\n${pairs}\n${names
    .map((name) => `${name}:${headers.get(name)}\n`)
    .join('')}\n${names.join(';')}\n${sha256(text)}`;
  const signature = createHmac('sha256', secret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
  headers.set(
    'authorization',
    `ACS3-HMAC-SHA256 Credential=${keyId},SignedHeaders=${names.join(';')},Signature=${signature}`,
  );
  const sent: Sent = { method, target: pairs ? `/?${pairs}` : '/', headers, body: text };
  request.tamper?.(sent);
  return await exchange(port, sent);
}

function exchange(port: number, sent: Sent): Promise<{ status: number; body: unknown }> {
  const lines = [
    `${sent.method} ${sent.target} HTTP/1.1`,
    ...[...sent.headers].map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(sent.body)}`,
    'connection: close',
  ];
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`${lines.join('\r\n')}\r\n\r\n${sent.body}`);
    });
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('end', () => {
      const [head = '', ...rest] = Buffer.concat(chunks).toString().split('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1]), body: JSON.parse(rest.join('\r\n\r\n')) });
    });
  });
}
