/**
 * What the environment gives: the AccessKey (read once, then removed from it, so that no child process or crash
 * report can carry it on), the data directory, the language. Must not: print a value.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '../domain/secret.ts';
import { CommandError, EXIT_USAGE } from './command-error.ts';

export interface CloudAccess {
  readonly accessKeyId: string;
  readonly accessKeySecret: Secret;
  readonly securityToken?: Secret;
}

const ID = 'ALIBABA_CLOUD_ACCESS_KEY_ID';
const SECRET = 'ALIBABA_CLOUD_ACCESS_KEY_SECRET';
const TOKEN = 'ALIBABA_CLOUD_SECURITY_TOKEN';

/** Throws CommandError (status 2) naming the variable that is missing. */
export function takeCloudAccess(env: NodeJS.ProcessEnv): CloudAccess {
  const taken = tryTakeCloudAccess(env);
  if (typeof taken === 'string') {
    throw new CommandError(EXIT_USAGE, `${taken} is not set: the AccessKey comes from the environment only`);
  }
  return taken;
}

/** The AccessKey of the environment, or the name of the first variable that is missing. */
export function tryTakeCloudAccess(env: NodeJS.ProcessEnv): CloudAccess | string {
  const { [ID]: accessKeyId, [SECRET]: secret, [TOKEN]: token } = env;
  for (const name of [ID, SECRET, TOKEN]) delete env[name];
  if (!accessKeyId) return ID;
  if (!secret) return SECRET;
  const accessKeySecret = new Secret(secret);
  return token
    ? { accessKeyId, accessKeySecret, securityToken: new Secret(token) }
    : { accessKeyId, accessKeySecret };
}

/** The AccessKey that an emulated cloud accepts: the environment's, else the training key, which is no secret. */
export function takeAccessForEmulation(env: NodeJS.ProcessEnv): {
  id: string;
  secret: string;
  token?: string;
} {
  const { [ID]: id, [SECRET]: secret, [TOKEN]: token } = env;
  for (const name of [ID, SECRET, TOKEN]) delete env[name];
  if (!id || !secret) return { id: 'keybench-training', secret: 'keybench-training' };
  return token ? { id, secret, token } : { id, secret };
}

/** The user's data directory of the platform for Keybench; not made here. */
export function dataDir(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const home = env.HOME || homedir();
  switch (platform) {
    case 'win32':
      return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'Keybench');
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Keybench');
    default:
      return join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'keybench');
  }
}

export function defaultLedgerPath(env: NodeJS.ProcessEnv): string {
  return join(dataDir(env), 'keybench.db');
}

/** The language of human text on the command line. */
export function languageOf(env: NodeJS.ProcessEnv): 'en' | 'zh-CN' {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return locale.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
