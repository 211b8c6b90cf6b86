/** The emulated cloud against an independent signer on a bare socket: what it takes and what it refuses. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmulatedCloud } from '../../../electron/simulator/cloud/emulated-cloud.ts';
import { isoSeconds, type RawRequest, type Sent, sendRaw } from './raw-signer.ts';
import { emulate, INSTANCE, KEY, UNIT } from './setup.ts';

const STS = { id: 'STS.key', secret: 'sts-secret', token: 'sts-token' };
let cloud: EmulatedCloud;
beforeAll(async () => {
  cloud = await emulate({ accessKeys: [KEY, STS] });
});
afterAll(() => cloud.close());

const query = { ClientId: UNIT, InstanceId: INSTANCE };
const signed = (changes: Partial<RawRequest> = {}): RawRequest => ({
  action: 'QuerySessionByClientId',
  query,
  keyId: KEY.id,
  secret: KEY.secret,
  ...changes,
});
const send = (changes?: Partial<RawRequest>) => sendRaw(cloud.port, signed(changes));
const FORM = 'application/x-www-form-urlencoded';

describe('a properly signed request', () => {
  it.each<[string, Partial<RawRequest>]>([
    ['by POST with the parameters in the query', {}],
    ['by GET', { method: 'GET' }],
    ['with a form', { query: {}, body: { type: FORM, text: new URLSearchParams(query).toString() } }],
    ['with JSON', { query: {}, body: { type: 'application/json', text: JSON.stringify(query) } }],
    ['with a temporary key and its token', { keyId: STS.id, secret: STS.secret, token: STS.token }],
    ['14 minutes behind', { date: isoSeconds(Date.now() - 14 * 60_000) }],
    ['14 minutes ahead', { date: isoSeconds(Date.now() + 14 * 60_000) }],
    ['with an empty value and reserved characters', { query: { ...query, Extra: "!'()*~ +/&=", None: '' } }],
  ])('is taken %s', async (_, changes) => {
    expect(await send(changes)).toMatchObject({ status: 200, body: { OnlineStatus: false } });
  });
});

describe('a request that was changed on its way', () => {
  it.each<[string, (sent: Sent) => void]>([
    ['its query', (sent) => (sent.target = sent.target.replace('A1B2', 'A1B3'))],
    ['an added parameter', (sent) => (sent.target += '&Extra=1')],
    ['its action', (sent) => sent.headers.set('x-acs-action', 'UnRegisterDeviceCredential')],
    ['its version', (sent) => sent.headers.set('x-acs-version', '2019-01-01')],
    ['its method', (sent) => (sent.method = 'GET')],
    ['its host', (sent) => sent.headers.set('host', 'onsmqtt.cn-hangzhou.aliyuncs.com')],
    ['its date', (sent) => sent.headers.set('x-acs-date', isoSeconds(Date.now() + 60_000))],
    ['its nonce', (sent) => sent.headers.set('x-acs-signature-nonce', 'another')],
    ['an added x-acs header', (sent) => sent.headers.set('x-acs-extra', '1')],
    ['a body that came along', (sent) => (sent.body = 'ClientId=GID_other@@@1')],
    ['an unsigned content type', (sent) => sent.headers.set('content-type', 'application/json')],
    ['a token that came along', (sent) => sent.headers.set('x-acs-security-token', 'x')],
    [
      'fewer signed headers',
      (sent) => {
        const given = sent.headers.get('authorization') ?? '';
        sent.headers.set('authorization', given.replace(';x-acs-signature-nonce', ''));
      },
    ],
  ])('is refused: %s', async (_, tamper) => {
    expect(await send({ tamper })).toMatchObject({ status: 400, body: { Code: 'SignatureDoesNotMatch' } });
  });

  it('is refused: its body', async () => {
    const body = { type: FORM, text: new URLSearchParams(query).toString() };
    const tamper = (sent: Sent) => {
      sent.body = sent.body.replace('A1B2', 'A1B3');
    };
    expect(await send({ query: {}, body, tamper })).toMatchObject({
      body: { Code: 'SignatureDoesNotMatch' },
    });
  });
});

describe('a request that may not be answered', () => {
  it('is refused when its nonce comes again', async () => {
    expect(await send({ nonce: 'once' })).toMatchObject({ status: 200 });
    expect(await send({ nonce: 'once' })).toMatchObject({
      status: 400,
      body: { Code: 'SignatureNonceUsed' },
    });
    const other = { nonce: 'once', keyId: STS.id, secret: STS.secret, token: STS.token };
    expect(await send(other)).toMatchObject({ status: 200 });
  });

  it.each<[string, number, Partial<RawRequest>]>([
    ['InvalidTimeStamp.Expired', 400, { date: isoSeconds(Date.now() - 16 * 60_000) }],
    ['InvalidTimeStamp.Expired', 400, { date: isoSeconds(Date.now() + 16 * 60_000) }],
    ['InvalidTimeStamp.Format', 400, { date: new Date().toISOString() }],
    ['InvalidTimeStamp.Format', 400, { date: new Date().toUTCString() }],
    ['InvalidTimeStamp.Format', 400, { date: '2026-13-45T00:00:00Z' }],
    ['InvalidAccessKeyId.NotFound', 404, { keyId: 'nobody' }],
    ['SignatureDoesNotMatch', 400, { secret: 'wrong' }],
    ['MissingSecurityToken', 400, { keyId: STS.id, secret: STS.secret }],
    ['InvalidSecurityToken.Malformed', 400, { keyId: STS.id, secret: STS.secret, token: 'other' }],
    ['InvalidSecurityToken.MismatchWithAccessKey', 400, { token: STS.token }],
    ['InvalidApi.NotFound', 404, { action: 'GetInfo' }],
    ['IncompleteSignature', 400, { tamper: (sent) => sent.headers.delete('authorization') }],
    ['UnsupportedHTTPMethod', 405, { method: 'GET', action: 'RegisterDeviceCredential' }],
  ])('is refused with %s', async (code, status, changes) => {
    expect(await send(changes)).toMatchObject({
      status,
      body: {
        RequestId: expect.stringMatching(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/),
        HostId: `127.0.0.1:${cloud.port}`,
        Code: code,
        Message: expect.any(String),
        Recommend: expect.any(String),
      },
    });
  });

  it('is not carried out', () => {
    expect(cloud.credentialOf(INSTANCE, UNIT)).toBeUndefined();
    expect(cloud.calls.filter(({ result, committed }) => committed && result !== 'OK')).toEqual([]);
  });
});
