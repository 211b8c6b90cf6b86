/**
 * Device family script: a third-party console, talked to by a profile. The profile is read with the order, once.
 * Must not: hold state; a session is the only thing that lives.
 */
import { z } from 'zod';
import type { DeviceRules, WorkOrder } from '../../domain/work-order.ts';
import type { DeviceFamily } from '../../station/ports.ts';
import { type FamilyEntry, FamilyRulesError, type RuleFiles } from '../family-entry.ts';
import { BUILT_IN_NAMES, builtInProfile } from './built-in.ts';
import { connect } from './connect.ts';
import { type LoadedProfile, readProfile } from './read-profile.ts';
import { encodeRecord, fieldsFor, isPossession } from './record.ts';
import { rehearse } from './rehearse.ts';
import { createScriptSession } from './session.ts';
import { settingsOf } from './settings.ts';

export const script: FamilyEntry = {
  keys: {
    profile: z
      .string('must be the name of a profile that ships, or a file')
      .min(1, 'must not be empty')
      .max(500),
    settings: z.record(z.string(), z.string('must be text').max(200)).optional(),
  },
  create: createScriptFamily,
};

function createScriptFamily(rules: DeviceRules, files: RuleFiles, order: WorkOrder): DeviceFamily {
  const { name, path, text } = profileText(String(rules.own?.profile ?? ''), files);
  const result = readProfile(text);
  if (!result.ok) {
    throw new FamilyRulesError(
      result.faults.map(({ line, column, field, reason }) => {
        return fault(`${path}:${line}:${column} ${field === '' ? '' : `${field}: `}${reason}`);
      }),
    );
  }
  const { profile } = result;
  const fieldNames = fieldsFor(profile.source, order.payload);
  if (!fieldNames.some(({ source }) => isPossession(source))) {
    throw new FamilyRulesError([fault(`${name} has no place for payload: ${order.payload}`)]);
  }
  if (order.lock)
    throw new FamilyRulesError([fault(`${name}: units of this family have no lock (lock: true)`)]);
  const settings = settingsOf(profile.source, rules.own?.settings, process.env);
  for (const { place, reason } of rehearse({ profile, text, settings, fieldNames }, order)) {
    throw new FamilyRulesError([fault(`${path}:${place.line}:${place.column} ${reason}`)]);
  }
  return {
    name: 'script',
    profile: identityOf(profile),
    encode: (credential, hardwareId, workOrder) => {
      return encodeRecord(profile.source, credential, hardwareId, workOrder);
    },
    connect: async (slot, options, signal) => {
      return createScriptSession(await connect(slot, options, { profile, settings, fieldNames }, signal));
    },
  };
}

function identityOf({ name, version, digest }: LoadedProfile): NonNullable<DeviceFamily['profile']> {
  return { name, version, digest };
}

/** A name that ships wins: a file is named by a path, so that neither can stand in for the other. */
function profileText(
  name: string,
  files: RuleFiles,
): { readonly name: string; readonly path: string; readonly text: string } {
  const builtIn = builtInProfile(name);
  if (builtIn !== undefined) return { name, path: name, text: builtIn };
  const found = fileOf(name, files);
  if (found !== undefined) return { name, ...found };
  throw new FamilyRulesError([fault(`${name} is neither a file nor one of: ${BUILT_IN_NAMES.join(', ')}`)]);
}

/** A folder, for instance, is there and cannot be read. */
function fileOf(name: string, files: RuleFiles): ReturnType<RuleFiles['find']> {
  try {
    return files.find(name);
  } catch (thrown) {
    const why = thrown instanceof Error && 'code' in thrown ? thrown.code : thrown;
    throw new FamilyRulesError([fault(`${name} cannot be read (${why})`)]);
  }
}

function fault(reason: string): { readonly key: string; readonly reason: string } {
  return { key: 'profile', reason };
}
