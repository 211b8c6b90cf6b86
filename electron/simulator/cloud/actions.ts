/**
 * The six actions of OnsMqtt 2020-04-20 that a station uses, as documented: parameters, checks, answers, errors.
 * Must not: know of HTTP, signatures or faults.
 */
import { ApiError } from './api-error.ts';
import type { CredentialStore, StoredCredential } from './credential-store.ts';

export type Answer = Readonly<Record<string, unknown>>;

export interface ActionContext {
  readonly store: CredentialStore;
  /** The documents contradict each other: a second Register fails, or gives new keys. */
  readonly secondRegister: 'exists' | 'rotates';
  /** Instances of the account; undefined: every one. */
  readonly instances: readonly string[] | undefined;
  /** Most credentials of one instance. The real number is not published. */
  readonly quota: number;
}

interface Action {
  readonly methods: readonly string[];
  run(parameters: ReadonlyMap<string, string>, context: ActionContext): Answer;
}

export const ACTIONS = {
  RegisterDeviceCredential: {
    methods: ['POST'],
    run: (parameters, context) => {
      const { instanceId, clientId } = credentialParameters(parameters, context);
      const { store } = context;
      const isNew = store.find(instanceId, clientId) === undefined;
      if (!isNew && context.secondRegister === 'exists') throw new ApiError('DeviceCredentialExsit');
      if (isNew && isFull(context, instanceId)) throw new ApiError('DeviceCredentialNumExceed');
      return credentialAnswer(store.issue(instanceId, clientId));
    },
  },
  GetDeviceCredential: {
    methods: ['POST'],
    run: (parameters, context) => credentialAnswer(existing(parameters, context)),
  },
  RefreshDeviceCredential: {
    methods: ['POST'],
    run: (parameters, context) => {
      const { instanceId, clientId } = existing(parameters, context);
      return credentialAnswer(context.store.issue(instanceId, clientId));
    },
  },
  UnRegisterDeviceCredential: {
    methods: ['POST'],
    run: (parameters, context) => {
      const { instanceId, clientId } = existing(parameters, context);
      context.store.remove(instanceId, clientId);
      return {};
    },
  },
  ListDeviceCredentialClientId: { methods: ['GET', 'POST'], run: listClientIds },
  QuerySessionByClientId: {
    methods: ['GET', 'POST'],
    run: (parameters, context) => {
      const { clientId } = credentialParameters(parameters, context);
      return { OnlineStatus: context.store.isOnline(clientId) };
    },
  },
} as const satisfies Record<string, Action>;

export type ActionName = keyof typeof ACTIONS;
export const ACTION_NAMES = Object.keys(ACTIONS) as readonly ActionName[];

/** An action by the name and version that a request gives; throws the gateway's errors. */
export function findAction(
  name: string | undefined,
  version: string | undefined,
  method: string,
): ActionName {
  if (!name) throw new ApiError('MissingAction', 'Action is mandatory for this action.');
  if (!version) throw new ApiError('MissingVersion', 'Version is mandatory for this action.');
  const found = ACTION_NAMES.find((known) => known === name);
  if (!found || version !== '2020-04-20') throw new ApiError('InvalidApi.NotFound');
  const { methods }: Action = ACTIONS[found];
  if (!methods.includes(method)) throw new ApiError('UnsupportedHTTPMethod');
  return found;
}

function isFull({ store, quota }: ActionContext, instanceId: string): boolean {
  return Number.isFinite(quota) && store.countOf(instanceId) >= quota;
}

function credentialAnswer(credential: StoredCredential): Answer {
  return {
    DeviceCredential: {
      ClientId: credential.clientId,
      InstanceId: credential.instanceId,
      DeviceAccessKeyId: credential.deviceAccessKeyId,
      DeviceAccessKeySecret: credential.deviceAccessKeySecret,
      CreateTime: credential.createTime,
      UpdateTime: credential.updateTime,
    },
  };
}

function existing(parameters: ReadonlyMap<string, string>, context: ActionContext): StoredCredential {
  const { instanceId, clientId } = credentialParameters(parameters, context);
  const credential = context.store.find(instanceId, clientId);
  if (!credential) throw new ApiError('DeviceCredentialNotFound');
  return credential;
}

function required(parameters: ReadonlyMap<string, string>, name: string): string {
  const value = parameters.get(name);
  if (!value) throw new ApiError(`Missing${name}`, `${name} is mandatory for this action.`);
  return value;
}

function instanceOf(parameters: ReadonlyMap<string, string>, context: ActionContext): string {
  const instanceId = required(parameters, 'InstanceId');
  if (!/^(post|mqtt)-[A-Za-z0-9-]+$/.test(instanceId)) throw new ApiError('ParameterCheckFailed');
  if (context.instances && !context.instances.includes(instanceId)) {
    throw new ApiError('InstancePermissionCheckFailed');
  }
  return instanceId;
}

/** Product limits: 64 characters in all, a group of 7 to 64 that starts `GID_` or `GID-`, `@@@`, a device id. */
const CLIENT_ID = /^GID[_-][A-Za-z0-9_-]{3,}@@@[A-Za-z0-9_-]+$/;

function credentialParameters(parameters: ReadonlyMap<string, string>, context: ActionContext) {
  const clientId = required(parameters, 'ClientId');
  const instanceId = instanceOf(parameters, context);
  if (clientId.length > 64 || !CLIENT_ID.test(clientId)) throw new ApiError('ParameterCheckFailed');
  return { clientId, instanceId };
}

/** PageSize 1 to 100, PageNo from 1; NextToken of the answer before goes on where that ended. Sizes are strings. */
function listClientIds(parameters: ReadonlyMap<string, string>, context: ActionContext): Answer {
  const groupId = required(parameters, 'GroupId');
  const instanceId = instanceOf(parameters, context);
  const pageSize = wholeNumber(required(parameters, 'PageSize'), 100);
  const token = parameters.get('NextToken');
  const pageNo = wholeNumber(parameters.get('PageNo') ?? '1', 1_000_000);
  const from = token ? offsetOf(token) : (pageNo - 1) * pageSize;
  const all = context.store.clientIdsOf(instanceId, groupId);
  const upTo = from + pageSize;
  return {
    DeviceCredentialClientIdList: {
      ClientIdList: all.slice(from, upTo),
      Total: String(all.length),
      PageNo: String(pageNo),
      PageSize: String(pageSize),
      ...(upTo < all.length ? { NextToken: Buffer.from(`offset ${upTo}`).toString('base64') } : {}),
    },
  };
}

function wholeNumber(text: string, max: number): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > max) throw new ApiError('ParameterCheckFailed');
  return value;
}

function offsetOf(token: string): number {
  const match = /^offset (\d{1,9})$/.exec(Buffer.from(token, 'base64').toString());
  if (!match) throw new ApiError('ParameterCheckFailed');
  return Number(match[1]);
}
