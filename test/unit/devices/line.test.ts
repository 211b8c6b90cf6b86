/** Requests and replies over one link, with a unit whose every answer the test decides. */
import { describe, expect, it } from 'vitest';
import { encodePacket, PacketDecoder } from '../../../electron/devices/smp/framing.ts';
import { decodeHeader, encodeHeader, type Packet } from '../../../electron/devices/smp/header.ts';
import { SmpLine } from '../../../electron/devices/smp/line.ts';
import {
  commitRequest,
  encodeMap,
  helloRequest,
  putRequest,
} from '../../../electron/devices/smp/messages.ts';
import { StationError } from '../../../electron/domain/errors.ts';
import type { Link } from '../../../electron/station/ports.ts';
import { NEVER } from '../../support/units.ts';

const put = () => putRequest('00'.repeat(16), 0, Uint8Array.of(1, 2, 3));
const HELLO = encodeMap({
  v: 1,
  hw: 'A1',
  model: 'm',
  fw: '1',
  chunk: 64,
  caps: [],
  state: 'blank',
  boot: new Uint8Array(8),
});
const off = (value: number) => encodeMap({ off: value });

/** A link whose other end calls `onRequest` for each packet, and can say anything. */
function unitEnd(onRequest: (request: Packet, end: ReturnType<typeof endOf>) => void) {
  const decoder = new PacketDecoder();
  const written: Buffer[] = [];
  let onData: (bytes: Uint8Array) => void = () => {};
  let onClose: (why: StationError | undefined) => void = () => {};
  const end = endOf((bytes) => setImmediate(() => onData(bytes)));
  const link: Link = {
    async write(bytes) {
      written.push(Buffer.from(bytes));
      for (const packet of decoder.push(bytes)) onRequest(decodeHeader(packet)!, end);
    },
    onData: (listener) => {
      onData = listener;
    },
    onClose: (listener) => {
      onClose = listener;
    },
    setSignals: async () => false,
    setBaudRate: async () => {},
    close: async () => onClose(undefined),
  };
  const line = new SmpLine({ link, baudRate: 115200 });
  return { line, written, lose: (why: StationError) => onClose(why), say: end.say };
}
function endOf(say: (bytes: Uint8Array) => void) {
  const reply = (request: Packet, changes: Partial<Packet> = {}) => {
    const op = request.op === 'read' ? 'read reply' : 'write reply';
    say(encodePacket(encodeHeader({ ...request, op, payload: encodeMap({}), ...changes })));
  };
  return { say, reply };
}

describe('a request', () => {
  it('is preceded by a line feed, and has a sequence number of its own', async () => {
    const { line, written } = unitEnd((request, { reply }) => reply(request, { payload: off(3) }));
    expect(await line.once(put(), NEVER)).toEqual({ kind: 'reply', value: 3 });
    await line.once(put(), NEVER);
    // What was sent is wiped afterwards, since it may hold a piece of the record: the copies were taken before.
    expect(written.map((bytes) => bytes[0])).toEqual([0x0a, 0x0a]);
    expect(written[0]).not.toEqual(written[1]);
  });

  it('is asked three times before it counts as lost, each time as a new one', async () => {
    const sequences: number[] = [];
    const { line } = unitEnd((request) => sequences.push(request.sequence));
    expect(await line.ask(put, NEVER)).toEqual({ kind: 'lost' });
    const [first = 0] = sequences;
    expect(sequences).toEqual([first, (first + 1) & 255, (first + 2) & 255]);
  });

  it('is not answered by a late reply to an earlier try', async () => {
    const earlier: Packet[] = [];
    const { line } = unitEnd((request, { reply }) => {
      earlier.push(request);
      if (earlier.length < 3) return;
      for (const old of earlier.slice(0, 2)) reply(old, { payload: off(111) });
      reply(request, { payload: off(3) });
    });
    expect(await line.ask(put, NEVER)).toEqual({ kind: 'reply', value: 3 });
  });

  it.each<[string, (request: Packet) => Partial<Packet>]>([
    ['of another group', () => ({ group: 0 })],
    ['of another command', () => ({ command: 1 })],
    ['of another sequence', ({ sequence }) => ({ sequence: (sequence + 1) & 255 })],
    ['to a read', () => ({ op: 'read reply' })],
    ['that is its own echo', () => ({ op: 'write' })],
  ])('is not answered by a reply %s', async (_name, changes) => {
    const { line } = unitEnd((request, { reply }) =>
      reply(request, { payload: off(3), ...changes(request) }),
    );
    expect(await line.once(put(), NEVER)).toEqual({ kind: 'lost' });
  });

  it('is waited for as long as its reply is arriving', async () => {
    const { line } = unitEnd((request, { say }) => {
      const op = 'write reply' as const;
      const frame = encodePacket(encodeHeader({ ...request, op, payload: off(3) }));
      let at = 0;
      const timer = setInterval(() => {
        say(frame.subarray(at, at + 1));
        if (++at === frame.length) clearInterval(timer);
      }, 30);
    });
    expect(await line.once(put(), NEVER)).toEqual({ kind: 'reply', value: 3 });
  });

  it('is not waited for where the reply stops in the middle', async () => {
    const { line } = unitEnd((request, { say }) => {
      const op = 'write reply' as const;
      say(encodePacket(encodeHeader({ ...request, op, payload: off(3) })).subarray(0, 12));
    });
    expect(await line.once(put(), NEVER)).toEqual({ kind: 'lost' });
  });
});

describe('what a unit answers', () => {
  const answerTo = async (fields: Record<string, unknown> | Uint8Array) => {
    const payload = fields instanceof Uint8Array ? fields : encodeMap(fields);
    const { line } = unitEnd((request, { reply }) => reply(request, { payload }));
    const answer = await line.once(put(), NEVER);
    return answer.kind === 'lost' && answer.fault ? [answer.fault.code, answer.fault.evidence] : answer;
  };

  it('is a refusal where it names an error of our group', async () => {
    expect(await answerTo({ err: { group: 0x4b42, rc: 3 } })).toEqual({ kind: 'refused', rc: 3 });
  });

  it('is the answer where it names an error zero, or keys that we do not know', async () => {
    const fields = { off: 7, rc: 0, err: { group: 0x4b42, rc: 0 }, more: [1, 'x'] };
    expect(await answerTo(fields)).toEqual({ kind: 'reply', value: 7 });
  });

  it.each<[string, Record<string, unknown> | Uint8Array, object]>([
    ['an error of SMP itself', { rc: 8 }, { smpError: 8 }],
    ['an error of another group', { err: { group: 1, rc: 4 } }, { group: 1, smpError: 4 }],
    ['no offset', {}, { field: 'off' }],
    ['a negative offset', { off: -1 }, { field: 'off' }],
    ['something that is no map', Uint8Array.of(0x80), { reason: 'not a CBOR map' }],
  ])('cannot be worked with where it is %s', async (_name, fields, evidence) => {
    expect(await answerTo(fields)).toEqual(['UNIT_PROTOCOL', expect.objectContaining(evidence)]);
  });
});

describe('a request that is under way', () => {
  it('ends with the link, and so does every later one', async () => {
    const { line, lose } = unitEnd(() => {});
    const answers = [line.once(put(), NEVER), line.once(commitRequest('00'.repeat(16)), NEVER)];
    lose(new StationError('PORT_LOST', { port: 'x' }));
    for (const answer of [...answers, line.once(helloRequest(), NEVER)]) {
      expect(await answer).toMatchObject({ kind: 'gone', why: { code: 'PORT_LOST' } });
    }
    expect(line.gone?.code).toBe('PORT_LOST');
  });

  it('ends at once when the run ends, if it is a read', async () => {
    const { line } = unitEnd(() => {});
    const stop = new AbortController();
    const answer = line.once(helloRequest(), stop.signal);
    stop.abort();
    expect(await answer).toEqual({ kind: 'aborted' });
  });

  it('is still heard out when the run ends, if it is a write', async () => {
    const stop = new AbortController();
    const { line } = unitEnd((request, { reply }) => {
      stop.abort();
      setTimeout(() => reply(request, { payload: off(3) }), 50);
    });
    expect(await line.once(put(), stop.signal)).toEqual({ kind: 'reply', value: 3 });
    expect(await line.once(put(), stop.signal)).toEqual({ kind: 'aborted' });
  });
});

/** A unit that takes its time for each answer, and does one thing after the other. */
function slowEnd(times: readonly number[]) {
  let free = Promise.resolve();
  let count = 0;
  return unitEnd((request, { reply }) => {
    const ms = times[count++] ?? times.at(-1) ?? 0;
    const payload = request.op === 'read' ? HELLO : off(3);
    free = free
      .then(() => new Promise((resolve) => setTimeout(resolve, ms)))
      .then(() => reply(request, { payload }));
  });
}

describe('a unit that does one thing after the other', () => {
  it('has its whole time for each, whatever it was sent before', async () => {
    const { line } = slowEnd([160]);
    const earlier = [line.once(helloRequest(), NEVER), line.once(helloRequest(), NEVER)];
    expect(await line.once(put(), NEVER)).toEqual({ kind: 'reply', value: 3 });
    expect(await Promise.all(earlier)).toMatchObject([{ kind: 'reply' }, { kind: 'reply' }]);
  });

  it('has it also when it was late with what went before', async () => {
    const { line } = slowEnd([450, 280]);
    expect(await line.ask(put, NEVER)).toEqual({ kind: 'reply', value: 3 });
  });

  it('is known to be at work while it has answered one and not yet the next', async () => {
    const { line } = slowEnd([100]);
    const [first, second] = [line.once(helloRequest(), NEVER), line.once(helloRequest(), NEVER)];
    expect(line.isAtWork).toBe(false);
    await first;
    expect(line.isAtWork).toBe(true);
    await second;
    expect(line.isAtWork).toBe(false);
  });
});

it('a line counts what it hears, whatever it is', async () => {
  const { line, say } = unitEnd(() => {});
  say(Buffer.from('login: '));
  await expect.poll(() => line.bytesHeard).toBe(7);
});
