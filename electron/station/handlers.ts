/**
 * The commands of the contract as calls of the service. The only user of both.
 * Must not: hold state, or answer what belongs to the host (the AccessKey's keeping).
 */
import type { CommandName } from '../contract/api.ts';
import type { Handlers } from '../contract/handlers.ts';
import type { OrderPreview } from '../contract/views.ts';
import { fillClientId } from '../domain/client-id-template.ts';
import type { HardwareId } from '../domain/ids.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { CommandRefusal } from './command-refusal.ts';
import { testConnection } from './connection-test.ts';
import { orderFacts } from './order-view.ts';
import { exportRecords, searchRecords } from './record-search.ts';
import type { StationService } from './service.ts';

/** Commands that the station process answers; the others are the host's own. */
export type StationCommand = Exclude<CommandName, 'access.enter' | 'access.forget' | 'training.inject'>;

export function stationHandlers(service: StationService): Pick<Handlers, StationCommand> {
  const { parts, slots } = service;
  const read = (text: string) => parts.readOrder(text);
  return {
    'station.snapshot': async () => service.feed.snapshot(),
    'station.rename': async ({ name }) => done(service.change({ stationName: name })),
    'operator.set': async ({ operator }) => {
      if (slots.all.some(({ isRunning }) => isRunning)) throw new CommandRefusal('NOT_POSSIBLE_NOW');
      await service.setOperator(operator === '' ? undefined : operator);
      return null;
    },
    'order.preview': async ({ text }) => preview(read(text)),
    'order.open': async ({ fileName, text }) => {
      const result = read(text);
      if (!result.ok) throw new CommandRefusal('ORDER_INVALID', { faults: result.faults.length });
      return service.openOrder(result, { fileName, text });
    },
    'order.close': async () => done(await service.closeOrder()),
    'slot.details': async ({ slotId }) => {
      const keeper = slots.get(slotId);
      return { slot: service.slotView(keeper), transcript: keeper.transcript(), actions: keeper.actions() };
    },
    'slot.stop': async ({ slotId }) => done(slots.get(slotId).stop()),
    'slot.release': async ({ slotId }) => done(slots.get(slotId).wake('release')),
    'slot.provision-again': async ({ slotId }) => done(slots.get(slotId).wake('again')),
    'slot.set-aside': async ({ slotId }) => done(await slots.setOff(slotId, true)),
    'slot.take-back': async ({ slotId }) => done(await slots.setOff(slotId, false)),
    'records.search': (input) => searchRecords(parts.book, input),
    'records.export': (input) => exportRecords(parts.book, input),
    'access.test': ({ instanceId, region }) => {
      const target = targetOf(service.order, instanceId, region);
      return testConnection((signal) => parts.probeCloud(target, signal));
    },
  };
}

function done(_: unknown): null {
  return null;
}

function preview(result: ReturnType<StationService['parts']['readOrder']>): OrderPreview {
  if (!result.ok) return { ok: false, faults: result.faults };
  const { order, warnings } = result;
  const values = {
    hardwareId: '240AC4019F02' as HardwareId,
    model: order.device.model ?? order.product,
    sequence: 1,
  };
  return {
    ok: true,
    order: orderFacts(order),
    example: fillClientId(order.clientId, values) ?? order.clientId.text,
    warnings,
  };
}

/** The open order's instance, or the one named; the test asks for a ClientId that no unit has. */
function targetOf(
  order: WorkOrder | undefined,
  instanceId: string | undefined,
  region: string | undefined,
): WorkOrder['cloud'] {
  if (order !== undefined && instanceId === undefined) return order.cloud;
  if (instanceId === undefined || region === undefined) throw new CommandRefusal('NOT_POSSIBLE_NOW');
  return { instanceId, region, groupId: 'GID_keybench', endpoint: `https://onsmqtt.${region}.aliyuncs.com` };
}
