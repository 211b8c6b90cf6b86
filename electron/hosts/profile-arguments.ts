/** The arguments of `keybench profile`, checked. Must not: read files. */
import type { CommandError } from './command-error.ts';

export const PROFILE_USAGE = `keybench profile check FILE
keybench profile dry-run FILE TRANSCRIPT`;

export type ProfileArguments =
  | { readonly command: 'profile-check'; readonly profilePath: string }
  | { readonly command: 'profile-dry-run'; readonly profilePath: string; readonly transcriptPath: string };

/** Throws what `usage` makes of the reason. */
export function parseProfileArguments(
  [verb, ...rest]: readonly string[],
  usage: (reason: string) => CommandError,
): ProfileArguments {
  const option = rest.find((argument) => argument.startsWith('-'));
  if (option !== undefined) throw usage(`keybench profile: unknown option ${option}`);
  const [profilePath, transcriptPath, ...more] = rest;
  switch (verb) {
    case 'check':
      if (profilePath === undefined) throw usage('keybench profile check: FILE is missing');
      if (transcriptPath !== undefined)
        throw usage(`keybench profile check: ${transcriptPath} is one too many`);
      return { command: 'profile-check', profilePath };
    case 'dry-run':
      if (profilePath === undefined) throw usage('keybench profile dry-run: FILE is missing');
      if (transcriptPath === undefined) throw usage('keybench profile dry-run: TRANSCRIPT is missing');
      if (more.length > 0) throw usage(`keybench profile dry-run: ${more[0]} is one too many`);
      return { command: 'profile-dry-run', profilePath, transcriptPath };
    case undefined:
      throw usage('keybench profile: check or dry-run is missing');
    default:
      throw usage(`unknown command: profile ${verb}`);
  }
}
