/** What a station has to implement: a handler for each command. Must not: hold one. */
import type { CommandInput, CommandName, CommandOutput } from './api.ts';

export type Handlers = { readonly [K in CommandName]: (input: CommandInput<K>) => Promise<CommandOutput<K>> };
