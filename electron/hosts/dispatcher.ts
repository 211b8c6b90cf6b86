/**
 * A request to its handler: is the name known, is the input valid, then the call. The same for every host, so that none
 * can forget a check. Errors become data here and nowhere else.
 */
import type { CommandName, ErrorPayload } from '../contract/api.ts';
import type { Reply, Request } from '../contract/envelope.ts';
import type { Handlers } from '../contract/handlers.ts';
import { inputSchemas } from '../contract/schemas.ts';
import { asStationError } from '../domain/errors.ts';
import { CommandRefusal } from '../station/command-refusal.ts';

export type Dispatch = (request: Request) => Promise<Reply>;

/** Never rejects. A command that none of the handlers is for is COMMAND_UNKNOWN. */
export function createDispatcher(handlers: Partial<Handlers>): Dispatch {
  return async ({ id, command, input }) => {
    const handler = Object.hasOwn(handlers, command) ? handlers[command] : undefined;
    if (handler === undefined)
      return refuse(id, { code: 'COMMAND_UNKNOWN', evidence: { command: String(command) } });
    const parsed = inputSchemas[command].safeParse(input);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const evidence = { command, field: issue?.path.join('.') ?? '', reason: issue?.message ?? '' };
      return refuse(id, { code: 'COMMAND_INVALID', evidence });
    }
    try {
      const output = await (handler as (input: unknown) => Promise<unknown>)(parsed.data);
      return { id, ok: true, output };
    } catch (thrown) {
      return refuse(id, errorPayload(thrown));
    }
  };
}

/** Any thrown value as data; a stack, a cause or a message never crosses. */
export function errorPayload(thrown: unknown): ErrorPayload {
  if (thrown instanceof CommandRefusal) return { code: thrown.code, evidence: thrown.evidence };
  const { code, evidence } = asStationError(thrown);
  return code === 'BUG' ? { code, evidence: {} } : { code, evidence };
}

export function refuse(id: number, error: ErrorPayload): Reply {
  return { id, ok: false, error };
}

/** A message from outside as a request, or undefined: nothing else is ever looked at. */
export function asRequest(message: unknown): Request | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { id, command, input } = message as Partial<Record<keyof Request, unknown>>;
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || typeof command !== 'string') return undefined;
  return { id, command: command as CommandName, input };
}
