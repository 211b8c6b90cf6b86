/** Says why something was refused, beside where it was asked. Must not: vanish by itself. */
import styles from './refusal.module.css';
import { Shape } from './shape.tsx';

export function Refusal({ text }: { readonly text: string | undefined }) {
  return (
    <div role="alert">
      {text !== undefined && (
        <p className={styles.refusal}>
          <Shape name="cross" />
          {text}
        </p>
      )}
    </div>
  );
}
