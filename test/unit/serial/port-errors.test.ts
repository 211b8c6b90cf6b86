/** What systems say of a port, in the words that serialport passes on (Linux, macOS, Windows). */
import { describe, expect, it } from 'vitest';
import { lostError, openError } from '../../../electron/serial/port-errors.ts';

describe('a port that cannot be opened', () => {
  it.each([
    ['Error: No such file or directory, cannot open /dev/ttyUSB9', 'PORT_NOT_FOUND'],
    ['Opening COM9: File not found', 'PORT_NOT_FOUND'],
    ['Error: No such device, cannot open /dev/ttyUSB0', 'PORT_NOT_FOUND'],
    ['Error Resource temporarily unavailable Cannot lock port', 'PORT_BUSY'],
    ['Error: Device or resource busy, cannot open /dev/ttyUSB0', 'PORT_BUSY'],
    ['Error: Resource busy, cannot open /dev/tty.usbserial-1', 'PORT_BUSY'],
    ['Opening COM3: Access denied', 'PORT_BUSY'],
    ['Error: Permission denied, cannot open /dev/ttyUSB0', 'PORT_DENIED'],
    ['Error: Operation not permitted, cannot open /dev/ttyUSB0', 'PORT_DENIED'],
    ['Error: Inappropriate ioctl for device, cannot open /dev/null', 'PORT_FAILED'],
    ['something that no system has said yet', 'PORT_FAILED'],
  ])('%s → %s', (words, code) => {
    const error = openError('/dev/ttyUSB0', new Error(words));
    expect(error.code).toBe(code);
    expect(error.evidence).toMatchObject({ port: '/dev/ttyUSB0', system: words.replace(/^Error:? ?/, '') });
  });
});

it('a port that breaks while it is open is lost, with what the system said', () => {
  const error = lostError('/dev/ttyUSB0', new Error('bad file descriptor'));
  expect(error.code).toBe('PORT_LOST');
  expect(error.evidence).toEqual({ port: '/dev/ttyUSB0', system: 'bad file descriptor' });
});
