/** What a work order says, its rules spelt out in words. Must not: show a rule as its key alone. */
import type { OrderView } from '../../electron/contract/views.ts';
import type { TextKey, Translate } from '../i18n/catalogue.ts';
import { en } from '../i18n/en.ts';
import { useLanguage } from '../i18n/language.tsx';
import { Facts, maybe } from '../ui/facts.tsx';

export type OrderRules = Pick<
  OrderView,
  | 'number'
  | 'product'
  | 'quantity'
  | 'device'
  | 'cloud'
  | 'clientId'
  | 'broker'
  | 'verify'
  | 'existing'
  | 'payload'
  | 'lock'
>;

export function OrderFacts(props: { readonly order: OrderRules; readonly example?: string }) {
  const { order, example } = props;
  const { text, formats } = useLanguage();
  const { device, cloud } = order;
  return (
    <Facts
      facts={[
        maybe(text('fact.product'), order.product),
        maybe(text('fact.quantity'), formats.count(order.quantity)),
        maybe(
          text('fact.device'),
          [device.family, device.model, text('order.baud', { rate: device.baudRate })]
            .filter((part) => part !== undefined)
            .join(' · '),
        ),
        maybe(text('fact.instance'), `${cloud.instanceId} · ${cloud.region}`, true),
        maybe(text('fact.group'), cloud.groupId, true),
        maybe(text('fact.endpoint'), cloud.endpoint, true),
        maybe(text('fact.broker'), order.broker, true),
        maybe(text('fact.client-id'), order.clientId, true),
        maybe(text('fact.example'), example, true),
        maybe(text('fact.payload'), ruleText(text, 'rule.payload', order.payload)),
        maybe(text('fact.verify'), ruleText(text, 'rule.verify', order.verify)),
        maybe(text('fact.existing'), ruleText(text, 'rule.existing', order.existing)),
        maybe(text('fact.lock'), text(order.lock ? 'rule.lock.true' : 'rule.lock.false')),
      ]}
    />
  );
}

/** A rule's words; a rule that this window does not know yet shows as it is written. */
function ruleText(text: Translate, group: string, value: string): string {
  const key = `${group}.${value}`;
  return key in en ? text(key as Extract<TextKey, `rule.lock.${string}`>) : value;
}
