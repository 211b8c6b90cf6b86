/**
 * What the environment gives: the AccessKey (read once, then removed from it, so that no child process or crash
 * report can carry it on), the data directory, the language. Must not: print a value.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '../domain/secret.ts';
import { CommandError, EXIT_USAGE } from './command-error.ts';
import { blankInitialEnvironment } from './initial-environment.ts';
import type { PlainAccess } from './station-channel.ts';

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
  const taken = takePlainAccess(env);
  if (typeof taken === 'string') {
    throw new CommandError(EXIT_USAGE, `${taken} is not set: the AccessKey comes from the environment only`);
  }
  return sealAccess(taken);
}

/** The AccessKey of the environment as text, to be handed to the station's process; or the first name that is missing. */
export function takePlainAccess(env: NodeJS.ProcessEnv): PlainAccess | string {
  const { [ID]: accessKeyId, [SECRET]: accessKeySecret, [TOKEN]: securityToken } = env;
  for (const name of [ID, SECRET, TOKEN]) delete env[name];
  if (env === process.env) blankInitialEnvironment([ID, SECRET, TOKEN]);
  if (!accessKeyId) return ID;
  if (!accessKeySecret) return SECRET;
  return securityToken ? { accessKeyId, accessKeySecret, securityToken } : { accessKeyId, accessKeySecret };
}

/** The same, from which nothing can be printed any more. */
export function sealAccess({ accessKeyId, accessKeySecret, securityToken }: PlainAccess): CloudAccess {
  const pair = { accessKeyId, accessKeySecret: new Secret(accessKeySecret) };
  return securityToken === undefined ? pair : { ...pair, securityToken: new Secret(securityToken) };
}

/** The AccessKey that an emulated cloud accepts: the environment's, else the training key, which is no secret. */
export function takeAccessForEmulation(env: NodeJS.ProcessEnv): {
  id: string;
  secret: string;
  token?: string;
} {
  const taken = takePlainAccess(env);
  if (typeof taken === 'string') return { id: 'keybench-training', secret: 'keybench-training' };
  const { accessKeyId: id, accessKeySecret: secret, securityToken: token } = taken;
  return token === undefined ? { id, secret } : { id, secret, token };
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
