/**
 * The station as a service: one open order, the bench's slots, and the view of it all that hosts carry to renderers.
 * Must not: know a host, a file or a socket; those come as ports.
 */
import type {
  AccessView,
  FootView,
  OrderView,
  SlotView,
  StationView,
  TrainingView,
} from '../contract/views.ts';
import { asStationError, StationError } from '../domain/errors.ts';
import type { RunEvent } from '../domain/run.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { Feed } from './feed.ts';
import { footView } from './foot-view.ts';
import { OrderFigures } from './order-figures.ts';
import { type OpenOrder, orderView } from './order-view.ts';
import type { ServiceParts, Settings, WorkableOrder } from './service-ports.ts';
import type { SlotKeeper } from './slot-keeper.ts';
import { Slots } from './slots.ts';

/** The foot line and the counts are refreshed this often, in milliseconds, beside what changes at once. */
const REFRESH_MS = 1_000;

export class StationService {
  readonly parts: ServiceParts;
  readonly feed: Feed;
  readonly slots: Slots;
  #settings: Settings;
  #saving: Promise<void> = Promise.resolve();
  #turn: Promise<unknown> = Promise.resolve();
  #open: OpenOrder | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failed: StationError | undefined;
  #hasOpened = false;

  private constructor(
    parts: ServiceParts,
    settings: Settings,
    access: AccessView,
    training: TrainingView | undefined,
  ) {
    this.parts = parts;
    this.#settings = settings;
    this.slots = new Slots({
      ports: parts.ports,
      remembered: settings.slots,
      onChange: (keeper) => this.#showSlot(keeper),
      onRemember: (slots) => this.#change({ slots }),
      onFatal: (error) => this.#fail(error),
    });
    const view: StationView = {
      revision: 0,
      mode: parts.mode,
      version: parts.version,
      slots: this.slots.all.map((keeper) => keeper.view(this.#shares())),
      foot: this.#foot(),
      access,
      ...(training === undefined ? {} : { training }),
    };
    this.feed = new Feed(view);
  }

  /** Starts with what is remembered: slots, operator, and the order that was open. */
  static async start(
    parts: ServiceParts,
    access: AccessView,
    training?: TrainingView,
  ): Promise<StationService> {
    const service = new StationService(parts, await parts.settings.load(), access, training);
    await service.slots.watch();
    service.#timer = setInterval(() => void service.#refresh(), REFRESH_MS);
    return service;
  }

  get order(): WorkOrder | undefined {
    return this.#open?.order;
  }

  /** Whether an order has been open since the start: from then on what is remembered counts, not what was named. */
  get hasOpened(): boolean {
    return this.#hasOpened;
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Opens an order that was read; an order that is open is closed first. Rejects as `openBench`. */
  openOrder(workable: WorkableOrder, file: Settings['order']): Promise<OrderView> {
    return this.#inTurn(() => this.#openOrder(workable, file));
  }

  /** Ends all runs in order. */
  closeOrder(): Promise<void> {
    return this.#inTurn(() => this.#closeOrder());
  }

  /** The AccessKey or the operator is another one: the open order is opened again with it. Rejects as `openBench`. */
  async reopenOrder(): Promise<void> {
    const open = this.#open;
    const file = this.#settings.order;
    if (open === undefined) return;
    try {
      await this.openOrder(open, file);
    } catch (error) {
      // It stays closed, and is remembered for when it can be opened.
      if (file !== undefined) this.#change({ order: file });
      throw error;
    }
  }

  /** Opening and closing, one after the other. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #openOrder(workable: WorkableOrder, file: Settings['order']): Promise<OrderView> {
    const { order, definition, family } = workable;
    await this.#closeOrder();
    const { operator } = this.#settings;
    const onEvent = (event: RunEvent) => this.#hear(event);
    const bench = await this.parts.openBench({ order, definition, family }, operator, onEvent);
    this.#open = { order, definition, family, bench, figures: new OrderFigures() };
    this.#hasOpened = true;
    if (file !== undefined) this.#change({ order: file });
    // On disk before a unit is begun: a station that dies from now on comes back with its order, and carries the unit on.
    await this.#saving;
    if (this.#failed !== undefined) throw this.#failed;
    await this.slots.setStation(bench.station);
    return this.#showOrder();
  }

  async #closeOrder(): Promise<void> {
    if (this.#open === undefined) return;
    await this.slots.setStation(undefined);
    this.#open = undefined;
    const { order: _order, ...rest } = this.#settings;
    this.#settings = rest;
    this.#change({});
    this.feed.setOrder(undefined);
    this.#showFoot();
  }

  change(changes: Pick<Partial<Settings>, 'stationName'>): void {
    this.#change(changes);
    this.#showFoot();
  }

  /** Who works here from now on. An open order is opened again, so that its runs carry the name. */
  async setOperator(operator: string | undefined): Promise<void> {
    const { operator: _before, ...rest } = this.#settings;
    this.#settings = operator === undefined ? rest : { ...rest, operator };
    this.#change({});
    this.#showFoot();
    await this.reopenOrder();
  }

  slotView(keeper: SlotKeeper): SlotView {
    return keeper.view(this.#shares());
  }

  setAccess(access: AccessView): void {
    this.feed.set({ access });
  }

  /** Ends all runs in order, closes every port, and saves; then the ledger may be closed. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.slots.close();
    await this.#saving;
    this.feed.close();
  }

  #hear(event: RunEvent): void {
    this.slots.named(event.slot)?.hear(event);
    if (event.type !== 'unit-finished' || this.#open === undefined) return;
    const keeper = this.slots.named(event.slot);
    const state = keeper?.view(this.#shares()).state;
    const unit = state?.kind === 'passed' || state?.kind === 'failed' ? state.unit : undefined;
    const times = state?.kind === 'passed' || state?.kind === 'failed' ? state.times : {};
    const code = event.outcome === 'PASS' ? undefined : event.code;
    if (unit !== undefined) this.#open.figures.ended(unit.hardwareId, code, times, Date.parse(event.at));
    void this.#showOrder().catch((error: unknown) => this.#fail(asStationError(error)));
  }

  async #refresh(): Promise<void> {
    this.#showFoot();
    if (this.#open !== undefined)
      await this.#showOrder().catch((error: unknown) => this.#fail(asStationError(error)));
  }

  #showSlot(keeper: SlotKeeper): void {
    this.feed.setSlot(keeper.view(this.#shares()));
  }

  async #showOrder(): Promise<OrderView> {
    const open = this.#open;
    if (open === undefined) throw new StationError('STATION_STOPPED');
    const counts = await this.parts.book.orderCounts(open.order.number);
    const running = this.slots.all.filter(({ isRunning }) => isRunning).length;
    // A claim that is begun is in doubt only when no run is alive.
    const inDoubt = Math.max(0, counts.inDoubt - running);
    const view = orderView(open.order, { ...counts, inDoubt }, open.figures);
    if (open === this.#open) this.feed.setOrder(view);
    return view;
  }

  #showFoot(): void {
    this.feed.set({ foot: this.#foot() });
  }

  #foot(): FootView {
    const health = this.#open?.bench.health();
    return footView({
      ledgerPath: this.parts.ledgerPath,
      failed: this.#failed,
      settings: this.#settings,
      slots: this.slots.all,
      health,
    });
  }

  #shares() {
    return (this.#open?.figures ?? new OrderFigures()).shares();
  }

  #change(changes: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...changes };
    const settings = this.#settings;
    this.#saving = this.#saving
      .then(() => this.parts.settings.save(settings))
      .catch((error: unknown) => this.#fail(asStationError(error)));
  }

  /** The ledger or the disk is unusable: nothing more is started, and the foot line says why. */
  #fail(error: StationError): void {
    if (this.#failed !== undefined) return;
    this.#failed = error;
    this.#showFoot();
    void this.slots.setStation(undefined);
    this.parts.onFatal(error);
  }
}
