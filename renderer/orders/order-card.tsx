/** The order that is open, with its rules in words, and how to close it. Must not: show a figure; the bar has them. */
import { useState } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import { useView } from '../station-context.tsx';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Card } from '../ui/page-frame.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useCommand } from '../use-command.ts';
import { OrderFacts } from './order-facts.tsx';

export function OrderCard() {
  const { text } = useLanguage();
  const order = useView((view) => view.order);
  const [isAsking, setAsking] = useState(false);
  const { isBusy, refusal, send } = useCommand();
  if (order === undefined) return null;
  return (
    <Card
      title={order.number}
      tool={
        <Button isBusy={isBusy} onPress={() => setAsking(true)}>
          {text('order.close')}
        </Button>
      }
    >
      <Refusal text={refusal} />
      <OrderFacts order={order} />
      <Confirm
        isOpen={isAsking}
        shape="order"
        title={text('order.close-ask', { number: order.number })}
        about={text('order.close-about')}
        yes={text('order.close')}
        onNo={() => setAsking(false)}
        onYes={() => {
          setAsking(false);
          void send('order.close', {});
        }}
      />
    </Card>
  );
}
