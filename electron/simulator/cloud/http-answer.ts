/**
 * What leaves the emulated cloud on the wire: documented answers and errors, and the faults below them.
 * Must not: decide what is answered.
 */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Answer } from './actions.ts';
import type { ApiError } from './api-error.ts';

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

const JSON_TYPE = 'application/json;charset=utf-8';

export function answerReply(answer: Answer): Reply {
  return { status: 200, contentType: JSON_TYPE, text: JSON.stringify({ RequestId: requestId(), ...answer }) };
}

export function errorReply(error: ApiError, host: string): Reply {
  const { code, status, message } = error;
  const body = {
    RequestId: requestId(),
    HostId: host,
    Code: code,
    Message: message,
    Recommend: `https://api.aliyun.com/troubleshoot?q=${encodeURIComponent(code)}&product=OnsMqtt`,
  };
  return { status, contentType: JSON_TYPE, text: JSON.stringify(body) };
}

/** The answer with its end missing; cut inside the secret where it has one, which is where it hurts. */
export function truncated(reply: Reply): Reply {
  const secretAt = reply.text.indexOf('Secret":"');
  const cut = secretAt < 0 ? Math.floor(reply.text.length / 2) : secretAt + 20;
  return { ...reply, text: reply.text.slice(0, cut) };
}

export function htmlReply(status: number): Reply {
  const title = status === 200 ? 'Sign in to this network' : `${status} Bad Gateway`;
  const text = `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
  return { status, contentType: 'text/html; charset=utf-8', text };
}

export function emptyReply(status: number): Reply {
  return { status, contentType: 'text/html', text: '' };
}

/** `nowMs` is the emulated cloud's clock: clients measure their skew from the Date header. */
export function write(response: ServerResponse, reply: Reply, nowMs: number): void {
  response.sendDate = false;
  response.writeHead(reply.status, {
    Date: new Date(nowMs).toUTCString(),
    'Content-Type': reply.contentType,
    'Content-Length': Buffer.byteLength(reply.text),
  });
  response.end(reply.text);
}

function requestId(): string {
  return randomUUID().toUpperCase();
}
