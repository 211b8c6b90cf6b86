/** Record and proof against vectors made by another implementation (Python, from the protocol page). */
import { describe, expect, it } from 'vitest';
import { encodeMap } from '../../../electron/devices/smp/messages.ts';
import { isProof } from '../../../electron/devices/smp/proof.ts';
import { encodeRecord } from '../../../electron/devices/smp/record.ts';
import { type HardwareId, parseClientId } from '../../../electron/domain/ids.ts';
import { credentialOf, HARDWARE_ID, orderOf, payloadOf } from '../../support/units.ts';

const COMMON = 'a76265707825706f73742d636e2d3070703132676c303030312e6d7174742e616c6979756e63732e636f6d';
const UN =
  '62756e783e44657669636543726564656e7469616c7c44432e5a3566466354767179414141414141414141414141417c706f73742d636e2d3070703132676c30303031';
const CID_IID =
  '63636964774749445f746573744040404141424243434444454546466369696473706f73742d636e2d3070703132676c30303031';
const KID_PORT = '636b6964781944432e5a3566466354767179414141414141414141414141' + '4164706f72741922b3';

describe('the record of a unit', () => {
  it('holds the MQTT password of one device, one secret', () => {
    const credential = { ...credentialOf(), clientId: parseClientId('GID_test@@@test')! };
    const { possession } = encodeRecord(credential, 'test' as HardwareId, orderOf());
    expect(possession.reveal()).toBe('bxlD4merbztguQhg7OsBYde9UMU=');
  });

  it('is the same deterministic map for payload password, byte by byte', () => {
    const payload = payloadOf();
    const password = '627077781c30413142316e6a38637972665239566a38494f47394d52577448773d';
    expect(Buffer.from(payload.bytes.reveal()).toString('hex')).toBe(
      COMMON + password + UN + CID_IID + KID_PORT,
    );
    expect(payload.digest).toBe('912f37b13f6385ba84e49b0ca6df7b3a897701ead5d0660c88a7285dbdd9c898');
    expect(payload.tx).toBe('1b2c5346bf3d7e5bf6ad110cf21d1faa');
  });

  it('holds the secret itself, and no password, for payload secret', () => {
    const payload = payloadOf(HARDWARE_ID, 'secret');
    const text = Buffer.from(payload.bytes.reveal()).toString('latin1');
    expect(text).toContain('ckeyx\x19DC.BBBBBBBBBBBBBBBBBBBBBB');
    expect(text).not.toContain('bpw');
    expect(payload.digest).toBe('268811833dad1d26870e46f7571215db7a5459a7cae3761d45160d41a01c5da6');
    expect(payload.tx).toBe('79bae24d8fc3c5995810769f18f54901');
  });

  it('does not show its values when printed', () => {
    const printed = JSON.stringify(payloadOf(HARDWARE_ID, 'secret'));
    expect(printed).not.toContain('BBBBBBBB');
    expect(printed).toContain('[secret]');
  });

  it('has its keys in the bytewise order of their encodings', () => {
    const bytes = encodeMap({ port: 1, aa: 2, un: 3, cid: 4, z: 5 });
    expect(Buffer.from(bytes).toString('hex')).toBe('a5617a056261610262756e03636369640464706f727401');
  });
});

describe('a proof of possession', () => {
  const boot = '0102030405060708';
  const nonce = Uint8Array.from({ length: 32 }, (_, index) => index);
  const macs = {
    password: 'b1ed2faeeb121f01436739769469fc5b78bb78b5e2d1bb8ffe43aff5f7f3e135',
    secret: 'b517a88334f96d58e4b1945f6ebc4575c6e1bdec7c276730c1f78b54d1a28d77',
  } as const;
  const macOf = (kind: keyof typeof macs) => Uint8Array.from(Buffer.from(macs[kind], 'hex'));

  it.each(['password', 'secret'] as const)('is accepted where it is that of the record (%s)', (kind) => {
    expect(isProof(payloadOf(HARDWARE_ID, kind), { mac: macOf(kind), boot, nonce })).toBe(true);
  });

  it.each([
    ['another boot', { boot: '0102030405060709' }],
    ['another nonce', { nonce: Uint8Array.from({ length: 32 }, () => 7) }],
    ['one bit changed', { mac: macOf('password').with(31, 0x34) }],
    ['the other payload', { mac: macOf('secret') }],
    ['a mac cut short', { mac: macOf('password').subarray(0, 31) }],
  ])('is refused with %s', (_name, changes) => {
    const answer = { mac: macOf('password'), boot, nonce, ...changes };
    expect(isProof(payloadOf(), answer)).toBe(false);
  });

  it('is refused of another unit', () => {
    const answer = { mac: macOf('password'), boot, nonce };
    expect(isProof({ ...payloadOf(), hardwareId: 'AABBCCDDEE00' as HardwareId }, answer)).toBe(false);
  });
});
