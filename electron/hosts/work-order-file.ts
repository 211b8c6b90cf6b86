/**
 * Reads a work order (YAML) into the domain's WorkOrder, or says what is wrong with it: file, line, field, reason.
 * Every fault is reported, not just the first. Must not: open a port, ask the cloud, or repair a value.
 */
import { type Document, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { FAMILIES, type FamilyTable } from '../devices/families.ts';
import { FamilyRulesError, type RuleFiles } from '../devices/family-entry.ts';
import { aliasReason, schemaReason, yamlReason } from '../devices/file-reasons.ts';
import { isDistinctPerUnit, needsSequence, parseClientIdTemplate } from '../domain/client-id-template.ts';
import { type PlaceInFile, type Reason, reason } from '../domain/reason.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { DeviceFamily } from '../station/ports.ts';
import type { WorkableOrder } from '../station/service-ports.ts';
import { type WorkOrderFile, workOrderSchema } from './work-order-schema.ts';

export interface OrderFault {
  /** Line in the file, from 1; absent where the fault has no place of its own. */
  readonly line?: number;
  /** Dotted path of the field, such as `cloud.endpoint`; empty for the file itself. */
  readonly field: string;
  readonly reason: Reason;
  /** Where, in a file that the field names. */
  readonly file?: PlaceInFile;
}

export type OrderResult =
  | ({ readonly ok: true; readonly warnings: readonly OrderFault[] } & WorkableOrder)
  | { readonly ok: false; readonly faults: readonly OrderFault[] };

export interface ReadOptions {
  /** Where files that the order names are found; by default nowhere. */
  readonly files?: RuleFiles;
  readonly families?: FamilyTable;
}

export function readWorkOrder(text: string, options: ReadOptions = {}): OrderResult {
  const { files = NO_FILES, families = FAMILIES } = options;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  // What YAML only warns of, it then ignores: a tag that it does not know, what was asked for with it, and whoever meant it.
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    const faults = problems.map((error) => ({
      line: lines.linePos(error.pos[0]).line,
      field: '',
      reason: yamlReason(error),
    }));
    return { ok: false, faults };
  }
  const places: Places = {
    has: (path) => document.hasIn([...path]),
    line: (path) => {
      for (let length = path.length; length > 0; length -= 1) {
        const offset = offsetOf(document.getIn(path.slice(0, length - 1), true), path[length - 1]);
        if (offset !== undefined) return { line: lines.linePos(offset).line };
      }
      return {};
    },
  };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    const why = aliasReason(error, ALIASES_MAX);
    return { ok: false, faults: [{ ...lineOfAlias(document, lines), field: '', reason: why }] };
  }
  const parsed = workOrderSchema(families).safeParse(value);
  if (!parsed.success)
    return { ok: false, faults: parsed.error.issues.flatMap((issue) => faultsOf(issue, places)) };
  return build(parsed.data, places, (order) =>
    families[order.device.family]?.create(order.device, files, order),
  );
}

/** Aliases of aliases count for as many as they stand for. */
const ALIASES_MAX = 20;

const NO_FILES: RuleFiles = { find: () => undefined };

/** The line of the first `*alias`: the only thing that can go wrong when a document that parses is read out. */
function lineOfAlias(document: Document.Parsed, lines: LineCounter): { line?: number } {
  let offset: number | undefined;
  visit(document, {
    Alias: (_key, node) => {
      offset = node.range?.[0];
      return visit.BREAK;
    },
  });
  return offset === undefined ? {} : { line: lines.linePos(offset).line };
}

type Path = readonly PropertyKey[];

/** Where the fields of the file stand. */
interface Places {
  has(path: Path): boolean;
  /** The line of the field's key, or of the nearest one around it. */
  line(path: Path): { readonly line?: number };
}

function offsetOf(parent: unknown, key: PropertyKey | undefined): number | undefined {
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}

function faultsOf(issue: z.core.$ZodIssue, places: Places): OrderFault[] {
  const isUnknown = issue.code === 'unrecognized_keys';
  const paths = isUnknown ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return paths.map((path) => {
    const isMissing = path.length > 0 && !places.has(path);
    const why = isUnknown ? reason('unknown-key') : isMissing ? reason('missing') : schemaReason(issue);
    return { ...places.line(path), field: path.join('.'), reason: why };
  });
}

function build(
  file: WorkOrderFile,
  places: Places,
  createFamily: (order: WorkOrder) => DeviceFamily | undefined,
): OrderResult {
  const template = parseClientIdTemplate(file.clientId, file.cloud.groupId);
  if (!template.ok) {
    return {
      ok: false,
      faults: [{ ...places.line(['clientId']), field: 'clientId', reason: template.reason }],
    };
  }
  const { region, instanceId, groupId, endpoint } = file.cloud;
  const { family: familyName, baudRate, bootTimeout, model, ...own } = file.device;
  const order: WorkOrder = {
    number: file.workOrder,
    product: file.product,
    quantity: file.quantity,
    // The SDK's regional rule; facts: endpointRule "regional" of OnsMqtt 2020-04-20.
    cloud: { region, instanceId, groupId, endpoint: endpoint ?? `https://onsmqtt.${region}.aliyuncs.com` },
    broker: file.broker,
    clientId: template.template,
    device: {
      family: familyName,
      baudRate,
      bootTimeoutMs: bootTimeout * 1000,
      ...(model === undefined ? {} : { model }),
      own,
    },
    payload: file.payload,
    verify: file.verify,
    existing: file.existing,
    lock: file.lock,
  };
  const mind = (why: Reason): OrderFault => ({
    ...places.line(['clientId']),
    field: 'clientId',
    reason: why,
  });
  const warnings = [
    ...(isDistinctPerUnit(template.template) ? [] : [mind(reason('client-id-same'))]),
    ...(needsSequence(template.template) ? [mind(reason('client-id-sequence'))] : []),
  ];
  try {
    const family = createFamily(order);
    if (family === undefined)
      throw new FamilyRulesError([{ key: 'family', reason: reason('family-unknown') }]);
    return { ok: true, order, definition: JSON.stringify(file), family, warnings };
  } catch (thrown) {
    if (!(thrown instanceof FamilyRulesError)) throw thrown;
    const faults = thrown.faults.map(({ key, ...fault }) => {
      const path = ['device', key];
      return { ...places.line(path), field: path.join('.'), ...fault };
    });
    return { ok: false, faults };
  }
}
