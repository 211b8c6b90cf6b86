/**
 * Reads the API's answers: lenient in form (a number may come as a string), strict in what it stands for. The
 * secret goes into a `Secret` here. Must not: use an answer that names another ClientId or instance than asked.
 */
import type { DeviceCredential } from '../domain/credential.ts';
import { StationError } from '../domain/errors.ts';
import { type ClientId, parseClientId } from '../domain/ids.ts';
import { Secret } from '../domain/secret.ts';

export type AnswerBody = Readonly<Record<string, unknown>>;

/**
 * `{DeviceCredential: {ClientId, InstanceId, DeviceAccessKeyId, DeviceAccessKeySecret, CreateTime, UpdateTime}}`,
 * times in milliseconds. Source: OnsMqtt 2020-04-20, Register/Get/RefreshDeviceCredential. Throws
 * CLOUD_ANSWER_INVALID with the field that is missing, malformed or not what was asked for.
 */
export function readCredential(body: AnswerBody, clientId: ClientId, instanceId: string): DeviceCredential {
  const found = objectAt(body, 'DeviceCredential');
  expectSame(found, 'ClientId', clientId);
  expectSame(found, 'InstanceId', instanceId);
  return {
    clientId,
    instanceId,
    deviceAccessKeyId: textAt(found, 'DeviceAccessKeyId'),
    deviceAccessKeySecret: new Secret(textAt(found, 'DeviceAccessKeySecret')),
    createTime: timeAt(found, 'CreateTime'),
    updateTime: timeAt(found, 'UpdateTime'),
  };
}

/** `{OnlineStatus}`. Source: OnsMqtt 2020-04-20, QuerySessionByClientId. */
export function readOnline(body: AnswerBody): boolean {
  const { OnlineStatus: online } = body;
  if (online === true || online === 'true') return true;
  if (online === false || online === 'false') return false;
  throw invalid('OnlineStatus');
}

/**
 * `{DeviceCredentialClientIdList: {ClientIdList, Total, PageNo, PageSize}}`; Total is a string in the schema and a
 * number in an example. Ids that break the ClientId rule cannot be units of ours: they are counted, not listed.
 */
export function readClientIds(body: AnswerBody): { clientIds: readonly ClientId[]; total: number } {
  const page = objectAt(body, 'DeviceCredentialClientIdList');
  const list = page.ClientIdList ?? [];
  if (!Array.isArray(list)) throw invalid('ClientIdList');
  const clientIds = list.map((entry: unknown) => {
    if (typeof entry !== 'string') throw invalid('ClientIdList');
    return parseClientId(entry);
  });
  return { clientIds: clientIds.filter((id) => id !== undefined), total: countAt(page, 'Total') };
}

function invalid(field: string): StationError {
  return new StationError('CLOUD_ANSWER_INVALID', { field });
}

function objectAt(body: AnswerBody, field: string): AnswerBody {
  const value = body[field];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(field);
  return value as AnswerBody;
}

function expectSame(body: AnswerBody, field: string, asked: string): void {
  if (body[field] !== asked) throw invalid(field);
}

function textAt(body: AnswerBody, field: string): string {
  const value = body[field];
  if (typeof value !== 'string' || value === '') throw invalid(field);
  return value;
}

function countAt(body: AnswerBody, field: string): number {
  const value = body[field];
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) throw invalid(field);
  return number;
}

function timeAt(body: AnswerBody, field: string): number {
  const value = countAt(body, field);
  if (value === 0) throw invalid(field);
  return value;
}
