/**
 * Device family script: a third-party console, talked to by a profile. The profile is read with the order, once.
 * Must not: hold state; a session is the only thing that lives.
 */
import { z } from 'zod';
import { because, type PlaceInFile, type Reason, reason } from '../../domain/reason.ts';
import type { DeviceRules, WorkOrder } from '../../domain/work-order.ts';
import type { DeviceFamily } from '../../station/ports.ts';
import { type FamilyEntry, FamilyRulesError, type RuleFiles, type RulesFault } from '../family-entry.ts';
import { BUILT_IN_NAMES, builtInProfile } from './built-in.ts';
import { connect } from './connect.ts';
import { type LoadedProfile, readProfile } from './read-profile.ts';
import { encodeRecord, fieldsFor, isPossession } from './record.ts';
import { rehearse } from './rehearse.ts';
import { createScriptSession } from './session.ts';
import { settingsOf } from './settings.ts';

/** The key of an order's `device:` that names the file. */
const PROFILE = 'profile';

export const script: FamilyEntry = {
  keys: {
    [PROFILE]: z.string(because('profile-name')).min(1, because('empty')).max(500),
    settings: z.record(z.string(), z.string(because('text')).max(200)).optional(),
  },
  create: createScriptFamily,
};

function createScriptFamily(rules: DeviceRules, files: RuleFiles, order: WorkOrder): DeviceFamily {
  const { name, path, text } = profileText(String(rules.own?.profile ?? ''), files);
  const result = readProfile(text);
  if (!result.ok) {
    throw new FamilyRulesError(
      result.faults.map(({ line, column, field, reason: why }) => fault(why, { path, line, column, field })),
    );
  }
  const { profile } = result;
  const fieldNames = fieldsFor(profile.source, order.payload);
  if (!fieldNames.some(({ source }) => isPossession(source))) {
    throw new FamilyRulesError([fault(reason('profile-no-payload', { name, payload: order.payload }))]);
  }
  if (order.lock) throw new FamilyRulesError([fault(reason('profile-no-lock', { name }))]);
  const settings = settingsOf(profile.source, rules.own?.settings, process.env);
  for (const { place, reason: why } of rehearse({ profile, text, settings, fieldNames }, order)) {
    throw new FamilyRulesError([fault(why, { path, ...place, field: '' })]);
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
  const found = files.find(name, PROFILE);
  if (found !== undefined) return { name, ...found };
  throw new FamilyRulesError([fault(reason('profile-nowhere', { name, names: BUILT_IN_NAMES.join(', ') }))]);
}

function fault(why: Reason, file?: PlaceInFile): RulesFault {
  return { key: PROFILE, reason: why, ...(file === undefined ? {} : { file }) };
}
