/** An open order as the renderer sees it. Must not: count anything itself. */
import type { OrderView } from '../contract/views.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { OrderFigures } from './order-figures.ts';
import type { OrderCounts } from './ports.ts';
import type { OpenBench, WorkableOrder } from './service-ports.ts';

/** An order that is open, with what works on it. */
export interface OpenOrder extends WorkableOrder {
  readonly bench: OpenBench;
  readonly figures: OrderFigures;
}

/** What an order says of itself, before anything was made under it. */
export function orderFacts(order: WorkOrder) {
  const { number, product, quantity, device, cloud, broker, clientId, verify, existing, payload, lock } =
    order;
  const { family, model, baudRate } = device;
  return {
    number,
    product,
    quantity,
    device: { family, baudRate, ...(model === undefined ? {} : { model }) },
    cloud,
    clientId: clientId.text,
    broker: `${broker.host}:${broker.port}`,
    verify,
    existing,
    payload,
    lock,
  };
}

export function orderView(order: WorkOrder, counts: OrderCounts, figures: OrderFigures): OrderView {
  return {
    ...orderFacts(order),
    passed: counts.passed,
    remaining: Math.max(0, order.quantity - counts.passed),
    inDoubt: counts.inDoubt,
    ...figures.figures(),
    phaseShares: figures.shares(),
  };
}
